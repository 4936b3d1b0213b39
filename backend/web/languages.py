"""Languages of the interface: gettext catalogues, the language of a request, and how numbers and dates are written.

The catalogues are read from the `.po` files when the service starts, so nothing compiled is kept in the tree.
"""

import gettext
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from backend.config import ROOT

LOCALES = ROOT / "locales"
SOURCE_LANGUAGE = "en"

_current: ContextVar[str] = ContextVar("language", default=SOURCE_LANGUAGE)


class Language(NamedTuple):
    """A language as the switcher shows it."""

    tag: str
    name: str
    dir: str


@lru_cache
def translations(tag: str) -> gettext.NullTranslations:
    """The catalogue of a language; the source language has none and answers with the text itself."""
    path = LOCALES / tag / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return gettext.NullTranslations()
    with path.open("rb") as file:
        catalogue = read_po(file, locale=tag)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache
def language(tag: str) -> Language:
    locale = Locale.parse(tag, sep="-")
    name = locale.get_display_name(locale) or tag
    return Language(tag, name[:1].upper() + name[1:], locale.text_direction)


def current_language() -> str:
    return _current.get()


def set_language(tag: str) -> None:
    """Chooses the language of the running request."""
    _current.set(tag)


@contextmanager
def using_language(tag: str) -> Iterator[None]:
    """Speaks another language for the length of a block."""
    token = _current.set(tag)
    try:
        yield
    finally:
        _current.reset(token)


def translate(message: str, values: dict[str, Any] | None = None) -> str:
    """The message in the current language, its `%(name)s` places filled; fractions with four decimals."""
    text = translations(_current.get()).gettext(message)
    if not values:
        return text
    return text % {name: format_number(v, 4) if isinstance(v, float) else v for name, v in values.items()}


def translate_plural(singular: str, plural: str, number: int) -> str:
    return translations(_current.get()).ngettext(singular, plural, number)


# A weight as RFC 9110, section 12.4.2, writes it.
_QUALITY = re.compile(r"q=(0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


def negotiate(header: str, offered: tuple[str, ...]) -> str:
    """The offered language that an Accept-Language header likes best (RFC 9110, section 12.5.4).

    Falls back to the first one offered; nonsense in the header is passed over.
    """
    wishes: list[tuple[float, int, str]] = []
    for position, part in enumerate(header[:500].split(",")):
        tag, _, quality = part.strip().lower().partition(";")
        stated = _QUALITY.fullmatch(quality.strip() or "q=1")
        if stated is not None and (weight := float(stated[1])) > 0:
            wishes.append((-weight, position, tag.strip()))
    for _, _, tag in sorted(wishes):
        for candidate in (tag, tag.split("-")[0]):
            if candidate in offered:
                return candidate
    return offered[0]


def format_number(value: float, decimals: int = 0) -> str:
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return numbers.format_decimal(round(value, decimals), format=pattern, locale=_locale())


def format_day(value: date | datetime, zone: ZoneInfo | None = None) -> str:
    """A day in words, such as "3 March 2026"; an instant is shown in the municipality's time zone."""
    if isinstance(value, datetime):
        value = value.astimezone(zone).date() if zone else value.date()
    return dates.format_date(value, format="long", locale=_locale())


def last_day(ends_at: datetime, zone: ZoneInfo) -> str:
    """The last day of something that ends at an instant: midnight belongs to the day before."""
    return format_day(ends_at - timedelta(minutes=1), zone)


def last_month(ends_at: datetime, zone: ZoneInfo) -> str:
    """The month in which something ended, such as "June 2026"; midnight belongs to the day before."""
    day = (ends_at - timedelta(minutes=1)).astimezone(zone).date()
    return dates.format_skeleton("yMMMM", day, locale=_locale())


def format_instant(value: datetime, zone: ZoneInfo) -> str:
    return dates.format_datetime(value.astimezone(zone), format="d MMM y HH:mm", locale=_locale())


def _locale() -> Locale:
    # Plain "en" would write dates the American way.
    return Locale.parse("en-GB" if _current.get() == "en" else _current.get(), sep="-")
