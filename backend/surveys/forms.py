"""The planner's form for a new wave, parsed once into a frozen value or all of its faults."""

import re
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from backend.errors import FieldError, Problem, mark

MAX_GRACE_HOURS = 24 * 30
LATEST = timedelta(days=2 * 366)

NO_SURVEY = mark("Choose a survey.")
NO_DAY = mark("Choose a day.")
PAST_DAY = mark("Choose today or a later day.")
FAR_DAY = mark("Choose a day within the next two years.")
ENDS_BEFORE_START = mark("The last day must not be before the first day.")
BAD_HOURS = mark("Write a whole number of hours from 0 to %(limit)s.")


class WaveForm(NamedTuple):
    """A wave as a planner wishes it; days are those of the municipality's time zone, both included."""

    survey: str
    starts_on: date
    ends_on: date
    grace_hours: int


def parse_wave(fields: Mapping[str, list[str]], surveys: Collection[str], today: date) -> WaveForm:
    """The form's fields `survey`, `starts_on`, `ends_on` (YYYY-MM-DD) and `grace_hours` as a WaveForm.

    Raises Problem("wave-invalid") with an error for each field at fault.
    """
    faults: list[FieldError] = []
    survey = _first(fields, "survey")
    if survey not in surveys:
        faults.append(FieldError("survey", NO_SURVEY))
    starts_on = _day(fields, "starts_on", today, faults)
    ends_on = _day(fields, "ends_on", today, faults)
    if starts_on and ends_on and ends_on < starts_on:
        faults.append(FieldError("ends_on", ENDS_BEFORE_START))
    hours = _first(fields, "grace_hours")
    if not re.fullmatch(r"[0-9]{1,4}", hours) or int(hours) > MAX_GRACE_HOURS:
        faults.append(FieldError("grace_hours", BAD_HOURS, {"limit": MAX_GRACE_HOURS}))
    if faults or starts_on is None or ends_on is None:
        raise Problem("wave-invalid", fields=tuple(faults))
    return WaveForm(survey, starts_on, ends_on, int(hours))


def _first(fields: Mapping[str, list[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()


def _day(fields: Mapping[str, list[str]], name: str, today: date, faults: list[FieldError]) -> date | None:
    """The day as a date, or None with its fault added. Only the one form that browsers send is read."""
    text = _first(fields, name)
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        day = None
    if day is None:
        faults.append(FieldError(name, NO_DAY))
    elif day < today:
        faults.append(FieldError(name, PAST_DAY))
    elif day > today + LATEST:
        faults.append(FieldError(name, FAR_DAY))
    else:
        return day
    return None
