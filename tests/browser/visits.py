"""Visits of a browser, on a phone or at a desk, with all that each of them asked for and complained of."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response, expect

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
# Other tests run at the same time on the same machine: patience costs nothing when all is well.
PATIENCE = 20_000  # ms
expect.set_options(timeout=PATIENCE)
# The browser repeats in the console what a page's own status says already, and that it is offline.
_ECHO = re.compile(r"Failed to load resource")


def find_chromium() -> str | None:
    """The path of the machine's own chromium, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser(playwright: Playwright, program: str) -> Iterator[Browser]:
    """A headless chromium that reaches for nothing by itself."""
    launched = playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
    try:
        yield launched
    finally:
        launched.close()


class Sent(NamedTuple):
    """One request that left the browser."""

    method: str
    address: str
    everything: str


class Visit:
    """One browser context with one page, and a record of all that went out of it."""

    def __init__(self, context: BrowserContext, origin: str, *, script: bool) -> None:
        self.context = context
        self.origin = origin
        self.script = script
        self.sent: list[Sent] = []
        self.faults: list[str] = []
        context.on("request", self._record)
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.faults.append(str(error.error)))
        context.on("response", self._check)
        self.page: Page = context.new_page()

    def open(self, path: str) -> Page:
        """Goes to a path of the service."""
        self.page.goto(self.origin + path)
        return self.page

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def posts(self) -> list[Sent]:
        return [request for request in self.sent if request.method == "POST"]

    def _record(self, request: Request) -> None:
        body = request.post_data or ""
        self.sent.append(Sent(request.method, request.url, f"{request.url}\n{request.headers}\n{body}"))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not _ECHO.search(message.text):
            self.faults.append(message.text)

    def _check(self, response: Response) -> None:
        # A page may say what is wrong with a form; what a page loads must be there.
        if response.status >= 400 and response.request.resource_type != "document":
            self.faults.append(f"{response.status} {response.url}")

    def check(self) -> None:
        """Nothing was reached but our own service, and the browser had nothing to complain of."""
        strangers = [sent.address for sent in self.sent if not sent.address.startswith((self.origin, "data:"))]
        assert not strangers, f"requests to others: {strangers}"
        assert not self.faults, f"the browser complained: {self.faults}"


def visit(browser: Browser, origin: str, **options: Any) -> Visit:
    """A new visit on a phone, unless `viewport` and other options of the browser context say otherwise."""
    settings = {"viewport": PHONE, "has_touch": True, "locale": "en-GB", **options}
    context = browser.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    return Visit(context, origin, script=settings.get("java_script_enabled", True))
