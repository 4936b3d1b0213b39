"""`delaktig seed`: the demo municipality, through the same services that everyone uses.

Its answers are invented and repeatable, its noise is drawn like any other. Dates are relative to today, waves six
months apart, so that the year's budget still allows the running wave's release.
"""

import asyncio
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import msgspec
import yaml

from backend.accounts.permissions import PLANNER
from backend.accounts.services import create_account
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
    today = local_date(clock(), settings.zone)
    # The newest wave has run for a week; its plan ends in three weeks.
    last_days = [_months_before(today + timedelta(days=20), months) for months in (12, 6, 0)]
    steps = MovableClock(clock())
    progress("districts, survey and accounts")
    await _import_demo(steps)
    for number, last_day in enumerate(last_days, start=1):
        is_newest = number == len(last_days)
        if stage == "draft" and not is_newest:
            continue
        steps.now = _noon(last_day - LENGTH + timedelta(days=1), settings)
        progress(f"wave {number} of {len(last_days)}: opening")
        wave = await create_wave(
            steps,
            ACTOR,
            settings,
            survey=SURVEY,
            starts_on=last_day - LENGTH + timedelta(days=1),
            ends_on=last_day,
            grace_hours=0,
        )
        if stage == "draft":
            return
        await open_wave(steps, ACTOR, settings, wave.code)
        progress(f"wave {number}: answers coming in")
        size = responses // 3 if is_newest else responses
        wave = await get_wave(wave.code)
        await _answer(steps, settings, wave, number, size, min(last_day, today))
        if is_newest:
            steps.now = clock()
            if stage in {"closed", "released"}:
                await close_wave(steps, ACTOR, wave.code)
        else:
            steps.now = _noon(last_day + timedelta(days=1), settings)
        if not is_newest or stage == "released":
            progress(f"wave {number}: preparing and publishing its release")
            await compact_closed_waves(steps)
            await _release(steps, settings, wave.code)


async def _import_demo(clock: Clock) -> None:
    file = parse_districts((DEMO / "districts.geojson").read_bytes(), language="sv")
    codes = [district.code for district in file.districts]
    population = parse_population((DEMO / "population.csv").read_bytes(), codes)
    await import_districts(file, population, vintage="2025")
    await import_questionnaire(clock, ACTOR, (DEMO / "safety-survey.yaml").read_bytes())
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


async def _release(clock: Clock, settings: Settings, wave: str) -> None:
    release = await prepare_release(clock, ACTOR, settings, wave)
    await draw_release(clock, settings, release.code)
    await publish_release(clock, ACTOR, release.code)


def _profile() -> Profile:
    return msgspec.convert(yaml.safe_load((DEMO / "residents.yaml").read_text("utf-8")), Profile)


def _months_before(day: date, months: int) -> date:
    return months_later(datetime.combine(day, time()), -months).date()


def _noon(day: date, settings: Settings) -> datetime:
    return datetime.combine(day, time(12), tzinfo=settings.zone)
