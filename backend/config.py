"""Settings: from the environment only, each with its explanation; a bad value refuses to start and says which.

A secret may also come from a file named by `<NAME>_FILE` (Docker and Kubernetes secrets).
"""

import os
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

ROOT = Path(__file__).resolve().parent.parent


class SettingError(Exception):
    """A setting has a value that cannot be used; the message names the setting and what it may be."""


class Settings(msgspec.Struct, frozen=True):
    """Every setting, parsed. Field names are those of SETTINGS in lower case without the prefix."""

    database_url: str
    host: str
    port: int
    public_url: str
    municipality_name: str
    contact: str
    data_sources: str
    time_zone: str
    languages: tuple[str, ...]
    survey_budget: Fraction
    wave_rho: Fraction
    grace_hours: int
    row_minimum: int
    cross_minimum: int
    withheld_half_width: float
    uncertain_half_width: float
    publish_after_days: int
    retention_months: int
    session_hours: int
    log_level: str

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")


class Setting(NamedTuple):
    """One setting: its environment variable, default as text, parser and explanation (shown in the README)."""

    name: str
    default: str
    parse: Callable[[str], Any]
    explanation: str
    secret: bool = False


def _text(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value.strip()


def _whole(low: int, high: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"\d{1,9}", value) or not low <= int(value) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(value)

    return parse


def _share(value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 < number < 1:
        raise ValueError("must be a number between 0 and 1, such as 0.15")
    return number


def _loss(value: str) -> Fraction:
    try:
        loss = Fraction(value)
    except (ValueError, ZeroDivisionError):
        loss = Fraction(0)
    if not 0 < loss <= 10:
        raise ValueError("must be a privacy loss (rho) above 0 and at most 10, such as 0.20 or 1/5")
    return loss


def _database(value: str) -> str:
    try:
        scheme = urlsplit(value).scheme
    except ValueError:
        # The library's own message would repeat the address, password included.
        raise ValueError("is no address; write special characters of the password as %XX") from None
    if scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ValueError("must begin with sqlite:// or postgres://")
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path not in {"", "/"}:
        raise ValueError("must be an address such as https://trygg.example.org, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("must be a time zone such as Europe/Stockholm") from error
    return value


def _languages(value: str) -> tuple[str, ...]:
    tags = tuple(tag.strip() for tag in value.split(",") if tag.strip())
    known = sorted(p.name for p in (ROOT / "locales").iterdir() if (p / "LC_MESSAGES").is_dir())
    unknown = [tag for tag in tags if tag not in {*known, "en"}]
    if not tags or unknown:
        raise ValueError(f"must be a comma-separated list of {', '.join(sorted({*known, 'en'}))}")
    return tags


def _level(value: str) -> str:
    if value.upper() not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        raise ValueError("must be one of DEBUG, INFO, WARNING, ERROR")
    return value.upper()


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "DELAKTIG_DATABASE_URL",
        "sqlite://data/delaktig.sqlite3",
        _database,
        "Where everything is stored: `sqlite://PATH` (embedded, one app process) or "
        "`postgres://USER:PASSWORD@HOST:PORT/NAME`.",
        secret=True,
    ),
    Setting("DELAKTIG_HOST", "127.0.0.1", _text, "The address the service listens on."),
    Setting("PORT", "8000", _whole(1, 65535), "The port the service listens on."),
    Setting(
        "DELAKTIG_PUBLIC_URL",
        "http://127.0.0.1:8000",
        _url,
        "The address people use. With https, cookies are sent over TLS only and browsers are told to insist on it.",
    ),
    Setting(
        "DELAKTIG_MUNICIPALITY_NAME",
        "Your municipality",
        _text,
        "The municipality's name, shown on every page and as publisher of the open data.",
    ),
    Setting(
        "DELAKTIG_CONTACT",
        "the municipality's contact centre",
        _text,
        "How residents reach the municipality: an e-mail address, a telephone number or a short text.",
    ),
    Setting(
        "DELAKTIG_DATA_SOURCES",
        "the municipality's own division and population register",
        _text,
        "Where districts and population come from, named beside every release.",
    ),
    Setting("DELAKTIG_TIME_ZONE", "Europe/Stockholm", _zone, "The time zone in which waves start and end."),
    Setting(
        "DELAKTIG_LANGUAGES",
        "sv,en",
        _languages,
        "The languages of the interface, the first one being the municipality's own.",
    ),
    Setting(
        "DELAKTIG_SURVEY_BUDGET",
        "0.20",
        _loss,
        "Privacy budget (rho) of all survey waves of one calendar year. A hard cap.",
    ),
    Setting(
        "DELAKTIG_WAVE_RHO",
        "0.10",
        _loss,
        "Privacy loss (rho) planned for a new wave: the survey budget divided by the waves of a year.",
    ),
    Setting(
        "DELAKTIG_GRACE_HOURS",
        "48",
        _whole(0, 24 * 30),
        "How many hours after its end a new wave still takes answers that waited on a phone without network.",
    ),
    Setting(
        "DELAKTIG_ROW_MINIMUM",
        "100",
        _whole(20, 100_000),
        "A district has rows of its own from this noisy number of respondents.",
    ),
    Setting(
        "DELAKTIG_CROSS_MINIMUM",
        "150",
        _whole(20, 100_000),
        "An age band or gender of an area has a row from this noisy number of respondents.",
    ),
    Setting(
        "DELAKTIG_WITHHELD_HALF_WIDTH",
        "0.15",
        _share,
        "A share whose 95 % interval reaches further than this to each side is withheld.",
    ),
    Setting(
        "DELAKTIG_UNCERTAIN_HALF_WIDTH",
        "0.10",
        _share,
        "A share whose 95 % interval reaches further than this to each side is marked uncertain.",
    ),
    Setting(
        "DELAKTIG_PUBLISH_AFTER_DAYS",
        "30",
        _whole(1, 365),
        "A prepared release publishes itself after this many days unless it is withheld with a public reason.",
    ),
    Setting(
        "DELAKTIG_RETENTION_MONTHS",
        "12",
        _whole(1, 60),
        "Raw responses are deleted this many months after the release of their wave.",
    ),
    Setting("DELAKTIG_SESSION_HOURS", "12", _whole(1, 168), "How long a staff sign-in lasts."),
    Setting("DELAKTIG_LOG_LEVEL", "INFO", _level, "How much is logged: DEBUG, INFO, WARNING or ERROR."),
)


def field_name(setting: Setting) -> str:
    """The Settings field of a setting: `DELAKTIG_TIME_ZONE` → `time_zone`."""
    return setting.name.removeprefix("DELAKTIG_").lower()


def _raw(setting: Setting, environ: Mapping[str, str]) -> str:
    file = environ.get(f"{setting.name}_FILE") if setting.secret else None
    if file is None:
        return environ.get(setting.name, setting.default)
    if setting.name in environ:
        raise SettingError(f"{setting.name} and {setting.name}_FILE are both set; keep one of them.")
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingError(f"{setting.name}_FILE cannot be read: {error}") from error


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Reads and checks every setting.

    Raises SettingError naming the variable and what it may be. A secret's value is never repeated in the message.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        raw = _raw(setting, environ)
        try:
            values[field_name(setting)] = setting.parse(raw)
        except ValueError as error:
            shown = "" if setting.secret else f" (it is {raw!r})"
            raise SettingError(f"{setting.name} {error}{shown}.") from error
    known = {s.name for s in SETTINGS} | {f"{s.name}_FILE" for s in SETTINGS if s.secret}
    strangers = sorted(n for n in environ if n.startswith("DELAKTIG_") and n not in known)
    if strangers:
        raise SettingError(f"{strangers[0]} is not a setting; see the README for those that are.")
    return Settings(**values)


def environment_of(settings: Settings) -> dict[str, str]:
    """The environment in which a child process reads the same settings again."""
    values = dict(os.environ)
    for setting in SETTINGS:
        value = getattr(settings, field_name(setting))
        values[setting.name] = ",".join(value) if isinstance(value, tuple) else str(value)
        values.pop(f"{setting.name}_FILE", None)
    return values
