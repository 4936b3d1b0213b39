"""The answers' table is rewritten when nobody has to wait for it, and preparing a release does not wait for that."""

from datetime import UTC, datetime, timedelta

from backend.releases.upkeep import may_hold_up_writers, run_upkeep
from backend.surveys.queries import get_wave
from backend.surveys.services import close_wave, open_wave
from tests.municipality import ACTOR, draft_wave, start_wave

# Two in the morning in Stockholm, after the day on which the test clock stands.
NIGHT = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)


async def test_at_once_when_no_wave_takes_answers(opened, clock) -> None:
    wave = await start_wave(clock, opened, grace_hours=0)
    await run_upkeep(clock, opened)
    assert (await get_wave(wave.code)).compacted_at is None
    await close_wave(clock, ACTOR, wave.code)
    await run_upkeep(clock, opened)
    assert (await get_wave(wave.code)).compacted_at == clock()


async def test_at_night_while_another_wave_takes_answers(opened, clock) -> None:
    wave = await start_wave(clock, opened, grace_hours=0)
    await close_wave(clock, ACTOR, wave.code)
    other = await draft_wave(clock, opened, days=20)
    await open_wave(clock, ACTOR, opened, other.code)
    await run_upkeep(clock, opened)
    assert (await get_wave(wave.code)).compacted_at is None
    clock.now = NIGHT
    await run_upkeep(clock, opened)
    assert (await get_wave(wave.code)).compacted_at == NIGHT


async def test_a_wave_in_its_grace_period_still_takes_answers(opened, clock) -> None:
    wave = await start_wave(clock, opened, grace_hours=24)
    clock.now = wave.ends_at + timedelta(hours=12)
    assert not await may_hold_up_writers(clock, opened)
    clock.now = wave.ends_at + timedelta(hours=36)
    assert await may_hold_up_writers(clock, opened)
