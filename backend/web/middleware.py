"""Pure ASGI middleware: security headers, the same-origin guard, the log of staff requests."""

import json
import logging
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backend.config import Settings
from backend.errors import Problem
from backend.web.access import is_staff_path
from backend.web.assets import ASSETS
from backend.web.bodies import MAX_BODY
from backend.web.languages import negotiate, set_language
from backend.web.problems import show_crash, show_problem

log = logging.getLogger("delaktig.requests")

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    # same-origin rather than no-referrer: with the latter browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
# Stylesheets and scripts obey the policy of the page that loads them. Repeated on each of a page's dozen assets,
# these headers would be a fifth of all that the form costs on a phone's network.
DOCUMENT_HEADERS = frozenset(SECURITY_HEADERS) - {"X-Content-Type-Options"}
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SecurityHeaders:
    """Adds the security headers to every response, and `no-store` where the handler said nothing of caching.

    An asset gets only those that mean anything for it.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        headers = {**SECURITY_HEADERS, "Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}
        if settings.is_https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        self.headers = _encoded(headers)
        self.asset_headers = _encoded({n: value for n, value in headers.items() if n not in DOCUMENT_HEADERS})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_asset = scope["path"].startswith(ASSETS)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self.asset_headers if is_asset and message["status"] == 200 else self.headers
                said = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(h for h in headers if h[0] not in said)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _encoded(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


class SameOriginGuard:
    """Refuses unsafe requests that another site made (Fetch Metadata, W3C; Origin, RFC 6454).

    A request with neither header comes from a program or an old phone; it carries no sign-in cookie unless the
    browser knows SameSite, so it is let through only where no session could be misused: not below `/{lang}/staff/`.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.public_host = urlsplit(settings.public_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in UNSAFE and not self.allowed(scope):
            response = await show_problem(Request(scope), Problem("cross-site"))
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def allowed(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site not in {"same-origin", "none"}:
            return False
        if origin is not None:
            return _host_of(origin) in {headers.get("host"), self.public_host}
        return site is not None or not is_staff_path(scope["path"])


def _host_of(origin: str) -> str:
    """The host and port that an Origin header names; empty, which is nobody's, for `null` and for nonsense."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return ""


class BodyLimit:
    """Refuses a body above MAX_BODY as soon as its length is stated or passed, before anything reads it whole.

    The framework's own limit answers in bare English text, whatever the language and whoever asks.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "0")
        if not stated.isascii() or not stated.isdigit() or int(stated[:12]) > MAX_BODY:
            response = await show_problem(Request(scope), _too_large())
            await response(scope, receive, send)
            return
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > MAX_BODY:
                raise _too_large()
            return message

        await self.app(scope, receive_within_limit, send)


def _too_large() -> Problem:
    return Problem("body-too-large", limit=MAX_BODY // 1024)


class CrashPages:
    """Makes a page of every unforeseen failure, inside the security headers.

    The framework's own place for that lies outside all middleware, where a page would go out without them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except ClientDisconnect:
            # Nobody is there to read a page, and a line in the log would tell when somebody gave up answering.
            return
        except Exception as error:
            response = await show_crash(Request(scope), error)
            if not started:
                await response(scope, receive, send)


class AddressLanguage:
    """Speaks the language that the address begins with, otherwise the one that the browser asks for."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.offered = settings.languages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            first = scope["path"].split("/", 2)[1:2]
            wished = Headers(scope=scope).get("accept-language", "")
            set_language(first[0] if first and first[0] in self.offered else negotiate(wished, self.offered))
        await self.app(scope, receive, send)


class RequestLog:
    """Logs what staff change, as one JSON line each: method, route, status. No address, no query, no duration.

    Residents' requests are not logged at all: a log with a line per answer would hold their exact number and the
    minute each of them came. Nor are pages that staff only look at: the one that waits for a drawing asks again every
    few seconds, which would tell how long counting took.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_and_log(message: Message) -> None:
            if message["type"] == "http.response.start":
                route = getattr(scope.get("route"), "path", "unknown")
                log.info("%s %s %s", scope["method"], route, message["status"])
            await send(message)

        is_change = scope["type"] == "http" and scope["method"] in UNSAFE and is_staff_path(scope["path"])
        await self.app(scope, receive, send_and_log if is_change else send)


class JsonLines(logging.Formatter):
    """Structured logs: one JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
                "level": record.levelname,
                "logger": record.name,
                "message": record.getMessage(),
            },
            ensure_ascii=False,
        )


def configure_logging(level: str) -> None:
    """Sends this product's own log to standard error as JSON lines; libraries speak only of warnings and worse.

    Uvicorn's access log and Tortoise's query log are silenced: they would hold addresses and answers.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("delaktig").setLevel(level)
    for name in ("uvicorn.access", "tortoise", "tortoise.db_client", "aiosqlite", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
