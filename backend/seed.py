"""`delaktig seed`: the demo municipality, through the same services that everyone uses.

Its answers are invented and repeatable, its noise is drawn like any other. Dates are relative to today, waves six
months apart, so that the year's budget still allows the running wave's release.
"""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import yaml

from backend.accounts.models import Account
from backend.accounts.permissions import PLANNER
from backend.accounts.services import create_account
from backend.audit.models import AuditEntry
from backend.clock import Clock, local_date
from backend.config import Settings
from backend.demo.residents import Profile, invented_responses
from backend.districts.forms import parse_districts, parse_population
from backend.districts.models import District
from backend.districts.queries import records_districts
from backend.districts.services import import_districts
from backend.releases.progress import take_look
from backend.releases.services import draw_release, prepare_release, publish_release
from backend.releases.upkeep import compact_closed_waves, months_later
from backend.responses.forms import parse_response
from backend.responses.services import ResponseWriter
from backend.surveys.models import Wave
from backend.surveys.queries import get_wave, plan_of, questionnaire_of
from backend.surveys.services import close_wave, create_wave, import_questionnaire, open_wave

DEMO = Path(__file__).parent / "demo" / "umea"
SURVEY = "safety"
STAGES = ("draft", "fielding", "closed", "released")
ACTOR = "demo seed"
EMAIL, PASSWORD = "planner@example.org", "demo-planner-2026"
AUDITOR = "administrator@example.org"
RESPONSES = 9_000
LENGTH = timedelta(days=28)
Progress = Callable[[str], None]


class MovableClock:
    """A clock that stands where the seed puts it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def is_empty() -> bool:
    return not await District.exists()


async def is_unfinished() -> bool:
    """Whether a seed was interrupted: it makes its accounts last."""
    begun = await AuditEntry.filter(actor=ACTOR).exists()
    return begun and not await Account.filter(email=EMAIL).exists()


async def seed_demo(
    clock: Clock,
    settings: Settings,
    progress: Progress,
    *,
    stage: str = "fielding",
    responses: int = RESPONSES,
) -> None:
    """Fills an empty database up to a stage: draft → fielding → closed → released (of the newest wave).

    From `fielding` on two earlier waves are closed and released. `responses` is the size of an earlier wave; the
    newest has a third of it so far.
    """
    now = clock()
    # The newest wave has run for a week and has three more to go.
    newest = local_date(now, settings.zone) + timedelta(days=20)
    seed = _Seed(MovableClock(now), settings, progress)
    progress("districts and survey")
    await _import_demo(seed.clock)
    if stage == "draft":
        await seed.draft(newest)
    else:
        await _field_waves(seed, clock, newest, stage, responses)
    # Last, so that an interrupted seed can be told from a finished one.
    await _create_accounts(clock)


async def _field_waves(seed: "_Seed", clock: Clock, newest: date, stage: str, responses: int) -> None:
    for number, months in enumerate((12, 6), start=1):
        last_day = _months_before(newest, months)
        code = await seed.field(number, last_day, last_day, responses)
        seed.clock.now = _noon(last_day + timedelta(days=1), seed.settings)
        await seed.release(code)
    code = await seed.field(3, newest, local_date(clock(), seed.settings.zone), responses // 3)
    seed.clock.now = clock()
    if stage in {"closed", "released"}:
        await close_wave(seed.clock, ACTOR, code)
    if stage == "released":
        await seed.release(code)


class _Seed(NamedTuple):
    """What every step of the seed needs."""

    clock: MovableClock
    settings: Settings
    progress: Progress

    async def draft(self, last_day: date) -> Wave:
        first_day = last_day - LENGTH + timedelta(days=1)
        self.clock.now = _noon(first_day, self.settings)
        return await create_wave(
            self.clock,
            ACTOR,
            self.settings,
            survey=SURVEY,
            starts_on=first_day,
            ends_on=last_day,
            grace_hours=0,
        )

    async def field(self, number: int, last_day: date, until: date, size: int) -> str:
        """Opens a wave and answers it until a day; returns its code."""
        wave = await self.draft(last_day)
        self.progress(f"{wave.code}: answers coming in")
        await open_wave(self.clock, ACTOR, self.settings, wave.code)
        await _answer(self.clock, self.settings, await get_wave(wave.code), number, size, until)
        return wave.code

    async def release(self, wave: str) -> None:
        self.progress(f"{wave}: preparing and publishing its release")
        await compact_closed_waves(self.clock)
        release = await prepare_release(self.clock, ACTOR, self.settings, wave)
        await draw_release(self.clock, self.settings, release.code)
        await publish_release(self.clock, ACTOR, release.code)


async def _import_demo(clock: Clock) -> None:
    file = parse_districts((DEMO / "districts.geojson").read_bytes(), language="sv")
    codes = [district.code for district in file.districts]
    population = parse_population((DEMO / "population.csv").read_bytes(), codes)
    await import_districts(file, population, vintage="2025")
    await import_questionnaire(clock, ACTOR, (DEMO / "safety-survey.yaml").read_bytes())


async def _create_accounts(clock: Clock) -> None:
    for email, name, role in (
        (EMAIL, "Demo planner", PLANNER),
        (AUDITOR, "Demo administrator", "administrator"),
    ):
        await create_account(clock, ACTOR, email=email, name=name, role=role, password=PASSWORD)


async def _answer(
    clock: MovableClock, settings: Settings, wave: Wave, number: int, size: int, last_day: date
) -> None:
    """Sends the invented answers, spread over the wave's days, each with its nightly look."""
    questionnaire, plan = questionnaire_of(wave), plan_of(wave)
    districts = await records_districts()
    forms = invented_responses(questionnaire, districts, _profile(), wave_number=number, number=size)
    codes = {district.code for district in plan.districts}
    writer = ResponseWriter(clock, settings)
    days = (last_day - local_date(wave.starts_at, settings.zone)).days + 1
    for day in range(days):
        clock.now = _noon(local_date(wave.starts_at, settings.zone) + timedelta(days=day), settings)
        share = size * (day + 1) // days - size * day // days
        parsed = [parse_response(questionnaire, codes, next(forms)) for _ in range(share)]
        await asyncio.gather(*(writer.record_response(wave, form.receipt, form.answers) for form in parsed))
        await take_look(clock, settings, wave)


def _profile() -> Profile:
    return msgspec.convert(yaml.safe_load((DEMO / "residents.yaml").read_text("utf-8")), Profile)


def _months_before(day: date, months: int) -> date:
    return months_later(datetime.combine(day, time()), -months).date()


def _noon(day: date, settings: Settings) -> datetime:
    # In UTC like every stored instant, because SQLite compares them as text.
    return datetime.combine(day, time(12), tzinfo=settings.zone).astimezone(UTC)
