"""The only reader of the clock, so that tests and the seed can stand at any moment."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the present instant, timezone-aware, in UTC."""


def system_clock() -> datetime:
    return datetime.now(UTC)


def local_date(instant: datetime, zone: ZoneInfo) -> date:
    """The calendar day of an instant in the municipality's time zone."""
    return instant.astimezone(zone).date()


def iso_week(instant: datetime, zone: ZoneInfo) -> str:
    """The ISO 8601 week of an instant, such as `2026-W48`."""
    year, week, _ = local_date(instant, zone).isocalendar()
    return f"{year}-W{week:02}"
