"""Pages from the templates in frontend/, in the language of the request."""

from functools import lru_cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from starlette.requests import Request
from starlette.responses import HTMLResponse

from backend.core.questions import Texts
from backend.web.assets import FRONTEND, asset_address
from backend.web.languages import (
    current_language,
    format_day,
    format_instant,
    format_number,
    language,
    translations,
)


def text_in_chain(texts: Texts) -> str:
    """A text of the municipality's own data in the current language, else in the first language it has."""
    return texts.get(current_language()) or next(iter(texts.values()), "")


@pass_context
def _text(context: Context, texts: Texts) -> str:
    return text_in_chain(texts)


@lru_cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(FRONTEND),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    # One environment for all languages: the callables look the language up when a page is rendered.
    env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda message: translations(current_language()).gettext(message),
        lambda one, many, n: translations(current_language()).ngettext(one, many, n),
        newstyle=True,
    )
    env.globals.update(
        asset=asset_address,
        t=_text,
        number=format_number,
        day=format_day,
        instant=format_instant,
    )
    return env


class LanguageLink:
    """An entry of the language switch: the same page in another language."""

    def __init__(self, tag: str, request: Request) -> None:
        found = language(tag)
        self.tag, self.name, self.dir = found
        self.current = tag == current_language()
        prefix = f"/{current_language()}"
        path = request.url.path
        here = path == prefix or path.startswith(prefix + "/")
        # An address without a language in it has no counterpart: the switch leads to the start page.
        self.href = f"/{tag}{path.removeprefix(prefix)}" if here else f"/{tag}"


def render(
    request: Request,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HTMLResponse:
    """The page `template` with the request's language, municipality and staff account beside `context`."""
    return page_response(page_text(request, template, context or {}), status=status, headers=headers)


def page_response(text: str, *, status: int = 200, headers: dict[str, str] | None = None) -> HTMLResponse:
    """A page's text as a response in the request's language."""
    return HTMLResponse(text, status_code=status, headers={"Content-Language": current_language(), **(headers or {})})


def page_text(request: Request, template: str, context: dict[str, Any]) -> str:
    """The text of the page `template`; see `render`."""
    settings = request.app.state.settings
    tag = current_language()
    values = {
        "lang": tag,
        "dir": language(tag).dir,
        "languages": [LanguageLink(other, request) for other in settings.languages],
        "municipality": {"name": settings.municipality_name, "contact": settings.contact},
        "staff": getattr(request.state, "account", None),
        "zone": settings.zone,
        "retention_months": settings.retention_months,
        **context,
    }
    return environment().get_template(template).render(values)
