"""Answers that race with the seal of their wave: what was acknowledged is counted, what comes later is refused."""

import asyncio

import pytest
from tortoise.transactions import in_transaction

from backend.core.receipt import receipt_from_bytes
from backend.errors import Problem
from backend.responses import services
from backend.responses.queries import count_responses, records_answers
from backend.responses.services import ResponseWriter, withdraw_response
from backend.surveys.models import Wave
from backend.surveys.services import seal_wave
from tests.municipality import ANSWERS, start_wave

WRITERS = 4
PHONES = 30


class Race:
    """Several app processes' writers at once."""

    def __init__(self, wave: Wave, clock, settings) -> None:
        self.wave = wave
        self.clock = clock
        self.writers = [ResponseWriter(clock, settings) for _ in range(WRITERS)]
        self.acknowledged: set[str] = set()
        self.refused: list[str] = []
        self.under_way = asyncio.Event()

    async def answer(self, number: int) -> bool:
        """Sends one response; whether it was acknowledged."""
        receipt = receipt_from_bytes(number.to_bytes(10, "big"))
        try:
            await self.writers[number % WRITERS].record_response(self.wave, receipt, dict(ANSWERS))
        except Problem as problem:
            self.refused.append(problem.word)
            return False
        self.acknowledged.add(receipt)
        if len(self.acknowledged) >= 60:
            self.under_way.set()
        return True

    async def answer_until_refused(self, first: int) -> None:
        number = first
        while await self.answer(number):
            number += PHONES

    async def seal(self) -> int:
        """Seals in the thick of it, as preparing a release does; returns how many responses are there then."""
        await self.under_way.wait()
        async with in_transaction():
            await seal_wave(self.clock, self.wave)
        return await count_responses(self.wave)


async def test_every_acknowledged_answer_is_counted_and_none_comes_after(opened, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    race = Race(wave, clock, settings)
    counted, *_ = await asyncio.gather(race.seal(), *(race.answer_until_refused(phone) for phone in range(PHONES)))
    assert race.refused == ["wave-closed"] * PHONES
    assert counted == len(race.acknowledged) == await count_responses(wave)
    rows = [answers async for chunk in records_answers(wave) for answers in chunk]
    assert len(rows) == counted


async def test_the_seal_waits_for_answers_on_their_way(opened, clock, settings, monkeypatch) -> None:
    """An answer whose transaction has begun is stored and acknowledged before the seal is set."""
    wave = await start_wave(clock, settings)
    race = Race(wave, clock, settings)
    held, done = asyncio.Event(), []
    original = services.hold_waves

    async def hold_and_pause(wave_ids):
        waves = await original(wave_ids)
        held.set()
        await asyncio.sleep(0.1)
        return waves

    async def seal_when_held() -> int:
        await held.wait()
        async with in_transaction():
            await seal_wave(clock, wave)
        done.append("sealed")
        return await count_responses(wave)

    monkeypatch.setattr(services, "hold_waves", hold_and_pause)
    counted, _ = await asyncio.gather(seal_when_held(), race.answer(1))
    assert done == ["sealed"]
    assert counted == len(race.acknowledged) == 1


async def test_nothing_is_taken_or_withdrawn_after_the_seal(opened, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    race = Race(wave, clock, settings)
    await race.answer(1)
    async with in_transaction():
        await seal_wave(clock, wave)
    first_seal = (await Wave.get(id=wave.id)).sealed_at
    await race.answer(2)
    assert race.refused == ["wave-closed"]
    with pytest.raises(Problem, match="No answers were found"):
        await withdraw_response(clock, [wave], receipt_from_bytes((1).to_bytes(10, "big")))
    clock.now += (wave.ends_at - clock.now) / 2
    async with in_transaction():
        await seal_wave(clock, wave)
    assert (await Wave.get(id=wave.id)).sealed_at == first_seal
    assert await count_responses(wave) == 1
