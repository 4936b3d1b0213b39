"""The nightly looks: one a night, no more than the plan pays for, noisy, rounded."""

import asyncio
from datetime import timedelta
from fractions import Fraction

import pytest

from backend.budget.models import LedgerEntry
from backend.core.blocks import progress_rho
from backend.releases import progress
from backend.releases.models import ProgressLook
from backend.releases.progress import shown, take_due_looks, take_look
from backend.surveys.queries import get_wave, plan_of
from tests.conftest import NOON
from tests.municipality import start_wave
from tests.releases.loop import answer


@pytest.fixture
def exact(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[int], float]]:
    """Noise of nothing; what was asked of it is kept."""
    asked: list[tuple[list[int], float]] = []

    def draw(vector: list[int], sigma: float) -> list[int]:
        asked.append((list(vector), sigma))
        return list(vector)

    monkeypatch.setattr(progress, "draw", draw)
    return asked


async def test_looks_are_paid_for_when_the_wave_opens(opened, clock) -> None:
    wave = await start_wave(clock, opened)
    plan = plan_of(await get_wave(wave.code))
    (entry,) = await LedgerEntry.all()
    assert entry.purpose == f"progress:{wave.code}"
    assert Fraction(entry.rho) == progress_rho(plan) == Fraction(plan.looks, 2 * plan.look_sigma**2)


async def test_one_a_night_and_no_more_than_planned(opened, clock, exact) -> None:
    wave = await get_wave((await start_wave(clock, opened, days=60)).code)
    plan = plan_of(wave)
    await answer(clock, opened, wave, 130)
    for _ in range(plan.looks + 5):
        await take_look(clock, opened, wave)
        await take_look(clock, opened, wave)
        clock.now += timedelta(days=1)
    looks = await ProgressLook.filter(wave=wave)
    assert len(looks) == len({look.taken_on for look in looks}) == len(exact) == plan.looks
    assert {look.noisy_count for look in looks} == {150}
    assert all(vector == [130] and sigma == plan.look_sigma for vector, sigma in exact)
    assert await LedgerEntry.all().count() == 1


async def test_at_once_it_is_one_look(opened, clock, exact) -> None:
    wave = await get_wave((await start_wave(clock, opened)).code)
    await asyncio.gather(*(take_look(clock, opened, wave) for _ in range(5)))
    assert await ProgressLook.all().count() == len(exact) == 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_by_itself_at_night_and_at_open_waves_only(opened, clock, exact) -> None:
    wave = await start_wave(clock, opened, days=3)
    for hours in range(24 * 6):
        clock.now = NOON + timedelta(hours=hours)
        await take_due_looks(clock, opened)
    looks = await ProgressLook.all().order_by("taken_on")
    assert [look.taken_on.day for look in looks] == [11, 12]
    assert all(look.wave_id == wave.id for look in looks)


@pytest.mark.parametrize(("noisy", "seen"), [(-80, 0), (24, 0), (26, 50), (130, 150), (9001, 9000), (9026, 9050)])
def test_it_is_shown_to_the_nearest_fifty(noisy: int, seen: int) -> None:
    assert shown(noisy) == seen


async def test_the_noise_is_real(opened, clock) -> None:
    """Of thirty looks at nobody with a standard deviation of fifty, some show somebody."""
    wave = await get_wave((await start_wave(clock, opened, days=60)).code)
    for _ in range(30):
        await take_look(clock, opened, wave)
        clock.now += timedelta(days=1)
    counts = set(await ProgressLook.all().values_list("noisy_count", flat=True))
    assert len(counts) > 1 and all(count % 50 == 0 for count in counts)
