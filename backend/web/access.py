"""Who may ask for what: every handler states its access, and a test holds every route to that."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from backend.config import Settings
from backend.errors import Problem
from backend.web.languages import current_language
from backend.web.problems import wants_json

Handler = Callable[[Request], Awaitable[Response]]
FindAccount = Callable[[str], Awaitable[Any]]


def cookie_name(settings: Settings) -> str:
    """Over TLS the `__Host-` prefix keeps other hosts of the domain from planting a session (RFC 6265bis)."""
    return "__Host-delaktig" if settings.is_https else "delaktig"


class StaffSession:
    """Puts the signed-in account (or None) into `request.state.account`, below `/{lang}/staff` only.

    Residents' pages never look at a cookie, so nothing that staff do there can differ from what anyone sees.
    """

    def __init__(self, app: ASGIApp, settings: Settings, find_account: FindAccount) -> None:
        self.app = app
        self.cookie = cookie_name(settings)
        self.find_account = find_account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            state = scope.setdefault("state", {})
            state["account"] = None
            if is_staff_path(scope["path"]):
                token = cookie_parser(Headers(scope=scope).get("cookie", "")).get(self.cookie)
                state["session_token"] = token
                state["account"] = await self.find_account(token) if token else None
        await self.app(scope, receive, send)


def is_staff_path(path: str) -> bool:
    return path.split("/", 3)[2:3] == ["staff"]


def public(handler: Handler) -> Handler:
    """Anyone may ask for this."""
    handler.access = "public"  # type: ignore[attr-defined]
    return handler


def staff_only(permission: Callable[[Any], bool]) -> Callable[[Handler], Handler]:
    """Only a signed-in account that `permission` allows; others are sent to sign in or told it does not exist."""

    def decorate(handler: Handler) -> Handler:
        @wraps(handler)
        async def guarded(request: Request) -> Response:
            account = request.state.account
            if account is None:
                if request.method in {"GET", "HEAD"} and not wants_json(request):
                    return RedirectResponse(f"/{current_language()}/staff/sign-in", status_code=303)
                raise Problem("sign-in-required")
            if not permission(account):
                raise Problem("not-found")
            return await handler(request)

        guarded.access = permission.__name__  # type: ignore[attr-defined]
        return guarded

    return decorate
