"""The one door to raw answers: every answered response of one wave, once."""

import pytest

from backend.core.receipt import receipt_from_bytes
from backend.responses import queries
from backend.responses.queries import count_responses, records_answers
from backend.responses.services import ResponseWriter, withdraw_response
from backend.surveys.services import open_wave
from tests.municipality import ACTOR, draft_wave, start_wave


@pytest.mark.parametrize("withdrawn", [0, 3, 7])
async def test_every_answer_of_the_wave_once(opened, clock, monkeypatch, withdrawn) -> None:
    monkeypatch.setattr(queries, "CHUNK", 2)
    wave = await start_wave(clock, opened)
    other = await draft_wave(clock, opened, days=20)
    await open_wave(clock, ACTOR, opened, other.code)
    writer = ResponseWriter(clock, opened)
    receipts = [receipt_from_bytes(place.to_bytes(10, "big")) for place in range(7)]
    for place, receipt in enumerate(receipts):
        wish = f'"{place}", [å], \\ and {{}}'
        await writer.record_response(wave, receipt, {"district": "byn", "FIRST": ["light"], "WISH": wish})
        await writer.record_response(other, receipt, {"district": "hamnen"})
    for receipt in receipts[:withdrawn]:
        await withdraw_response(clock, [wave], receipt)
    read = [answers async for chunk in records_answers(wave) for answers in chunk]
    kept = range(withdrawn, 7)
    assert sorted(answers["WISH"] for answers in read) == [f'"{place}", [å], \\ and {{}}' for place in kept]
    assert all(answers["FIRST"] == ["light"] for answers in read)
    assert await count_responses(wave) == len(kept)
