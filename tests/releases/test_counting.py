"""A large wave is counted by two processes; what they count together is what one counts alone."""

from backend.releases.counting import count_wave
from backend.responses import queries
from backend.surveys.queries import plan_of
from tests.releases.loop import closed_wave


async def test_two_processes_count_every_response_once(opened, clock, monkeypatch) -> None:
    wave = await closed_wave(clock, opened, 60)
    alone = dict((await count_wave(opened, wave, plan_of(wave))).rows())
    monkeypatch.setattr(queries, "LARGE", 10)
    assert await queries.is_large(wave)
    together = dict((await count_wave(opened, wave, plan_of(wave))).rows())
    assert together == alone
    assert sum(row[0] for row in together.values()) == 60


async def test_parts_of_a_wave_are_all_of_it(opened, clock) -> None:
    wave = await closed_wave(clock, opened, 60)
    whole = [answers async for chunk in queries.records_answers(wave) for answers in chunk]
    for parts in (2, 3, 16):
        read = [
            answers
            for part in range(parts)
            async for chunk in queries.records_answers(wave, part, parts)
            for answers in chunk
        ]
        assert read == whole
