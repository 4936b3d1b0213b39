"""Waves: their days and codes, their states, and what opening freezes."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from backend.audit.models import AuditEntry
from backend.budget.models import LedgerEntry
from backend.core.plan import plan_hash
from backend.core.questionnaire_file import questionnaire_hash
from backend.core.questions import ELSEWHERE
from backend.districts.forms import parse_districts
from backend.districts.services import import_districts
from backend.errors import Problem
from backend.surveys.models import Wave
from backend.surveys.queries import (
    get_public_wave,
    get_wave,
    grace_ends_at,
    list_answerable_waves,
    list_open_waves,
    plan_of,
    questionnaire_of,
    takes_answers,
    wave_state,
)
from backend.surveys.services import close_wave, create_wave, import_questionnaire, open_wave, seal_wave
from tests.municipality import (
    ACTOR,
    SURVEY,
    district_file,
    draft_wave,
    found_municipality,
    population,
    start_wave,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
async def municipality(opened, clock) -> None:
    await found_municipality(clock)


async def create(clock, settings, starts_on: date, ends_on: date) -> Wave:
    return await create_wave(clock, ACTOR, settings, survey="trygghet", starts_on=starts_on, ends_on=ends_on)


@pytest.mark.usefixtures("municipality")
class TestDays:
    @pytest.mark.parametrize(
        ("starts_on", "ends_on", "begins", "ends"),
        [
            # Winter, across the change to summer time, summer, and across the change back.
            (date(2026, 3, 12), date(2026, 3, 13), "2026-03-11T23:00", "2026-03-13T23:00"),
            (date(2026, 3, 28), date(2026, 3, 29), "2026-03-27T23:00", "2026-03-29T22:00"),
            (date(2026, 7, 1), date(2026, 7, 1), "2026-06-30T22:00", "2026-07-01T22:00"),
            (date(2026, 10, 25), date(2026, 10, 25), "2026-10-24T22:00", "2026-10-25T23:00"),
        ],
    )
    async def test_are_the_municipalitys_own(self, clock, settings, starts_on, ends_on, begins, ends) -> None:
        wave = await create(clock, settings, starts_on, ends_on)
        await open_wave(clock, ACTOR, settings, wave.code)
        stored = await get_wave(wave.code)
        first, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (begins, ends))
        assert (stored.starts_at, stored.ends_at) == (first, last)
        # The database compares instants as well as Python does, whatever zone they were written in.
        for now, is_open in ((first - SECOND, False), (first, True), (last - SECOND, True), (last, False)):
            assert [w.code for w in await list_open_waves(now)] == ([wave.code] if is_open else [])

    async def test_the_present_day_is_that_of_the_municipality(self, clock, settings) -> None:
        clock.now = datetime(2026, 3, 10, 23, 30, tzinfo=UTC)
        with pytest.raises(Problem) as refused:
            await create(clock, settings, date(2026, 3, 10), date(2026, 3, 10))
        assert refused.value.word == "wave-dates"
        await create(clock, settings, date(2026, 3, 11), date(2026, 3, 11))

    async def test_must_not_be_the_wrong_way_round(self, clock, settings) -> None:
        with pytest.raises(Problem) as refused:
            await create(clock, settings, date(2026, 4, 2), date(2026, 4, 1))
        assert refused.value.word == "wave-dates"
        assert not await Wave.all().exists()


@pytest.mark.usefixtures("municipality")
class TestCodes:
    async def test_are_numbered_within_the_year_in_which_they_end(self, clock, settings) -> None:
        first = date(2026, 4, 1)
        codes = [(await create(clock, settings, first, first + timedelta(days=n))).code for n in range(11)]
        assert codes == [f"trygghet-2026-{number}" for number in range(1, 12)]
        assert (await create(clock, settings, date(2026, 12, 20), date(2027, 1, 5))).code == "trygghet-2027-1"
        # Not "9" + 1 as texts are ordered.
        assert (await create(clock, settings, first, date(2026, 6, 1))).code == "trygghet-2026-12"

    async def test_a_button_pressed_twice_makes_one_draft(self, clock, settings) -> None:
        waves = await asyncio.gather(*(draft_wave(clock, settings) for _ in range(4)))
        assert {wave.code for wave in waves} == {"trygghet-2026-1"}
        assert await Wave.all().count() == 1
        assert await AuditEntry.filter(action="wave-created").count() == 1

    async def test_an_opened_wave_is_no_draft(self, clock, settings) -> None:
        wave = await draft_wave(clock, settings)
        await open_wave(clock, ACTOR, settings, wave.code)
        assert (await draft_wave(clock, settings)).code == "trygghet-2026-2"

    async def test_an_unknown_survey(self, clock, settings) -> None:
        today = date(2026, 3, 10)
        with pytest.raises(Problem) as refused:
            await create_wave(clock, ACTOR, settings, survey="nothing", starts_on=today, ends_on=today)
        assert refused.value.word == "survey-unknown"


@pytest.mark.usefixtures("municipality")
class TestOpening:
    async def test_freezes_questionnaire_and_plan_under_a_hash(self, clock, settings) -> None:
        code = (await draft_wave(clock, settings)).code
        with pytest.raises(Problem):
            plan_of(await get_wave(code))
        wave = await open_wave(clock, ACTOR, settings, code)
        plan = plan_of(wave)
        assert wave.opened_at == clock.now
        assert wave.plan_hash == plan_hash(plan) and len(wave.plan_hash) == 64
        assert plan.questionnaire_hash == questionnaire_hash(questionnaire_of(wave))
        places = {district.code for district in plan.districts}
        assert places == {"hamnen", "stranden", "skogen", "byn", ELSEWHERE}
        assert await AuditEntry.filter(action="wave-opened", object_code=code).count() == 1

    async def test_nothing_imported_later_changes_it(self, clock, settings) -> None:
        frozen = await start_wave_again(clock, settings)
        before = (frozen.plan, frozen.plan_hash, questionnaire_of(frozen))
        renewed = SURVEY.replace("version: 1", "version: 2").replace("very_safe", "entirely_safe")
        await import_questionnaire(clock, ACTOR, renewed.encode())
        moved = district_file().replace(b'"hamnen"', b'"nyhamnen"')
        people = [
            msgspec.structs.replace(row, district=row.district.replace("hamnen", "nyhamnen"), persons=7)
            for row in population()
        ]
        await import_districts(parse_districts(moved, language="sv"), people, vintage="2027")
        stored = await get_wave(frozen.code)
        assert (stored.plan, stored.plan_hash, questionnaire_of(stored)) == before
        assert plan_hash(plan_of(stored)) == stored.plan_hash
        later = await create(clock, settings, date(2026, 6, 1), date(2026, 6, 14))
        later = await open_wave(clock, ACTOR, settings, later.code)
        assert later.plan_hash != frozen.plan_hash
        assert "nyhamnen" in {district.code for district in plan_of(later).districts}

    async def test_happens_once(self, clock, settings) -> None:
        code = (await draft_wave(clock, settings)).code
        results = await asyncio.gather(
            *(open_wave(clock, ACTOR, settings, code) for _ in range(3)), return_exceptions=True
        )
        refused = [result for result in results if isinstance(result, Problem)]
        assert [problem.word for problem in refused] == ["wave-already-open"] * 2
        assert await LedgerEntry.filter(purpose=f"progress:{code}").count() == 1

    async def test_comes_too_late_after_the_last_day(self, clock, settings) -> None:
        wave = await draft_wave(clock, settings)
        clock.now = wave.ends_at
        with pytest.raises(Problem) as refused:
            await open_wave(clock, ACTOR, settings, wave.code)
        assert refused.value.word == "wave-dates"
        assert (await get_wave(wave.code)).opened_at is None
        assert not await LedgerEntry.all().exists()


async def start_wave_again(clock, settings) -> Wave:
    """A wave opened now in the municipality that is there already."""
    wave = await draft_wave(clock, settings)
    return await open_wave(clock, ACTOR, settings, wave.code)


async def test_a_wave_needs_districts(opened, clock, settings) -> None:
    await import_questionnaire(clock, ACTOR, SURVEY.encode())
    wave = await draft_wave(clock, settings)
    with pytest.raises(Problem) as refused:
        await open_wave(clock, ACTOR, settings, wave.code)
    assert refused.value.word == "no-districts"


class TestStates:
    async def test_follow_the_clock(self, opened, clock, settings) -> None:
        wave = await start_wave(clock, settings)
        grace = grace_ends_at(wave)
        assert grace == wave.ends_at + timedelta(hours=24)
        for now, state, taken in (
            (wave.starts_at - SECOND, "scheduled", False),
            (wave.starts_at, "open", True),
            (wave.ends_at - SECOND, "open", True),
            (wave.ends_at, "grace", True),
            (grace - SECOND, "grace", True),
            (grace, "closed", False),
        ):
            assert (wave_state(wave, now), takes_answers(wave, now)) == (state, taken)
            assert bool(await list_answerable_waves(now)) == taken
            assert bool(await list_open_waves(now)) == (state == "open")

    async def test_a_draft_is_nobodys_business(self, opened, clock, settings) -> None:
        await found_municipality(clock)
        wave = await draft_wave(clock, settings)
        assert wave_state(wave, clock.now) == "draft" and not takes_answers(wave, clock.now)
        assert await list_open_waves(clock.now) == await list_answerable_waves(clock.now) == []
        with pytest.raises(Problem) as refused:
            await get_public_wave(wave.code)
        assert refused.value.word == "not-found"

    async def test_a_seal_ends_the_grace_period(self, opened, clock, settings) -> None:
        wave = await start_wave(clock, settings)
        await seal_wave(clock, wave)
        wave = await get_wave(wave.code)
        assert wave_state(wave, wave.ends_at) == "closed" and not takes_answers(wave, wave.ends_at)
        assert await list_answerable_waves(wave.ends_at) == []


class TestClosingEarly:
    async def test_ends_the_wave_now_and_keeps_the_year_that_pays(self, opened, clock, settings) -> None:
        await found_municipality(clock)
        wave = await create(clock, settings, date(2026, 3, 10), date(2027, 1, 10))
        await open_wave(clock, ACTOR, settings, wave.code)
        clock.now += timedelta(days=3)
        await close_wave(clock, ACTOR, wave.code)
        closed = await get_wave(wave.code)
        assert closed.ends_at == clock.now
        assert closed.planned_year == plan_of(closed).year == 2027
        assert wave_state(closed, clock.now) == "grace"
        assert wave_state(closed, clock.now + timedelta(hours=settings.grace_hours)) == "closed"
        assert (await LedgerEntry.get(purpose=f"progress:{wave.code}")).year == 2027
        assert await AuditEntry.filter(action="wave-closed", object_code=wave.code, actor=ACTOR).count() == 1

    @pytest.mark.parametrize("moment", ["draft", "scheduled", "grace", "closed"])
    async def test_only_an_open_wave_can_be_closed(self, opened, clock, settings, moment) -> None:
        await found_municipality(clock)
        wave = await draft_wave(clock, settings)
        if moment != "draft":
            await open_wave(clock, ACTOR, settings, wave.code)
            moments = {"scheduled": wave.starts_at - SECOND, "grace": wave.ends_at, "closed": grace_ends_at(wave)}
            clock.now = moments[moment]
        with pytest.raises(Problem) as refused:
            await close_wave(clock, ACTOR, wave.code)
        assert refused.value.word == "wave-not-open"
        assert (await get_wave(wave.code)).ends_at == wave.ends_at


@pytest.mark.parametrize("code", ["nothing", "", "x" * 500, "trygghet-2026-1'--", "å"])
async def test_no_such_wave(opened, code) -> None:
    with pytest.raises(Problem) as refused:
        await get_wave(code)
    assert refused.value.word == "not-found"
