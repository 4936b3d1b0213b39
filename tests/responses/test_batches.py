"""Many answers at once share transactions; each gets its own outcome."""

import asyncio

import pytest

from backend.core.receipt import receipt_from_bytes
from backend.errors import Problem
from backend.responses.models import Response
from backend.responses.services import ResponseWriter, withdraw_response
from backend.surveys.queries import FrozenWaves
from backend.surveys.services import close_wave
from tests.municipality import ACTOR, draft_wave, start_wave

ONE, OTHER = {"district": "hamnen", "FEEL1": "very_safe"}, {"district": "byn", "FEEL1": "very_unsafe"}


def receipts(number: int) -> list[str]:
    return [receipt_from_bytes(place.to_bytes(10, "big")) for place in range(number)]


async def test_each_of_a_batch_gets_its_own_outcome(opened, clock) -> None:
    wave = await start_wave(clock, opened)
    writer = ResponseWriter(clock, opened)
    first, second, third, fourth = receipts(4)
    await writer.record_response(wave, first, ONE)
    await writer.record_response(wave, second, ONE)
    await withdraw_response(clock, [wave], second)
    outcomes = await asyncio.gather(
        writer.record_response(wave, first, ONE),
        writer.record_response(wave, first, OTHER),
        writer.record_response(wave, second, ONE),
        writer.record_response(wave, third, ONE),
        writer.record_response(wave, third, ONE),
        writer.record_response(wave, fourth, ONE),
        writer.record_response(wave, fourth, OTHER),
        return_exceptions=True,
    )
    words = [outcome.word if isinstance(outcome, Problem) else outcome for outcome in outcomes]
    assert words == [None, "response-conflict", "response-withdrawn", None, None, None, "response-conflict"]
    assert await Response.filter(answers__isnull=False).count() == 3


async def test_more_than_one_batch(opened, clock) -> None:
    wave = await start_wave(clock, opened)
    writer = ResponseWriter(clock, opened)
    await asyncio.gather(*(writer.record_response(wave, receipt, ONE) for receipt in receipts(300)))
    assert await Response.all().count() == 300


async def test_what_is_frozen_is_kept_and_whether_it_is_open_is_not(opened, clock) -> None:
    wave = await start_wave(clock, opened, grace_hours=0)
    waves, writer = FrozenWaves(), ResponseWriter(clock, opened)
    frozen = await waves.get(wave.code)
    assert await waves.get(wave.code) is frozen
    (first, second) = receipts(2)
    await writer.record_response(frozen, first, ONE)
    await close_wave(clock, ACTOR, wave.code)
    with pytest.raises(Problem, match="closed"):
        await writer.record_response(await waves.get(wave.code), second, ONE)


async def test_a_draft_is_not_found(opened, clock) -> None:
    await start_wave(clock, opened)
    draft = await draft_wave(clock, opened, days=20)
    with pytest.raises(Problem, match="does not exist"):
        await FrozenWaves().get(draft.code)
