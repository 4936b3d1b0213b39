"""What lies before a planner: the waves and releases that need something done, and the year's privacy budget."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Literal, NamedTuple

from backend.budget.queries import charges_of_year
from backend.config import Settings
from backend.core.budget import left
from backend.releases.models import Release
from backend.releases.queries import list_releases, release_state
from backend.surveys.models import Wave
from backend.surveys.queries import grace_ends_at, list_waves, reserved_rho, wave_state

Kind = Literal["prepare", "charged", "stored", "withheld", "grace", "open", "draft", "scheduled"]

# What waits for a planner's decision comes first, what only has to pass comes last.
_ORDER: tuple[Kind, ...] = ("prepare", "charged", "stored", "withheld", "grace", "open", "draft", "scheduled")


class Task(NamedTuple):
    """One wave that is not finished: what it waits for, and the instant that matters to it, if one does."""

    kind: Kind
    wave: Wave
    release: Release | None
    at: datetime | None


class YearBudget(NamedTuple):
    """The privacy budget (rho, exact) of one calendar year: `spent` is charged, `reserved` is what the releases of
    waves that have been opened will still need, `free` is the rest and may be negative when too much was planned."""

    year: int
    cap: Fraction
    spent: Fraction
    reserved: Fraction

    @property
    def left(self) -> Fraction:
        return self.cap - self.spent

    @property
    def free(self) -> Fraction:
        return self.left - self.reserved


def publishes_itself_at(settings: Settings, release: Release) -> datetime | None:
    """When a prepared release becomes public by itself; None before it is stored."""
    stored_at = release.stored_at
    return None if stored_at is None else stored_at + timedelta(days=settings.publish_after_days)


async def get_year_budget(settings: Settings, year: int) -> YearBudget:
    """The year's budget as the ledger and the opened waves have it now."""
    spent = settings.survey_budget - left(settings.survey_budget, await charges_of_year(year))
    return YearBudget(year, settings.survey_budget, spent, await reserved_rho(year))


async def list_tasks(settings: Settings, now: datetime) -> list[Task]:
    """The waves that are not finished, the most pressing first; a published or withdrawn release asks for nothing."""
    releases: dict[int, Release] = {}
    for release in await list_releases():
        known = releases.get(release.wave.id)
        if known is None or known.revision < release.revision:
            releases[release.wave.id] = release
    found = [_task(settings, wave, releases.get(wave.id), now) for wave in await list_waves()]
    return _in_order([task for task in found if task is not None])


def _task(settings: Settings, wave: Wave, release: Release | None, now: datetime) -> Task | None:
    if release is not None:
        match release_state(release):
            case "published" | "withdrawn":
                return None
            case "stored":
                return Task("stored", wave, release, publishes_itself_at(settings, release))
            case state:
                return Task(state, wave, release, None)
    wave_is = wave_state(wave, now)
    if wave_is == "closed":
        return Task("prepare", wave, None, None)
    if wave_is == "draft":
        # A draft whose last day is past can never be opened; it stays in the list of waves only.
        return Task("draft", wave, None, wave.starts_at) if wave.ends_at > now else None
    instants = {"grace": grace_ends_at(wave), "open": wave.ends_at, "scheduled": wave.starts_at}
    return Task(wave_is, wave, None, instants[wave_is])


def _in_order(tasks: Sequence[Task]) -> list[Task]:
    return sorted(tasks, key=lambda task: (_ORDER.index(task.kind), task.wave.ends_at, task.wave.id))
