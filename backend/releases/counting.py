"""Counting a wave's answers: the only place where exact counts exist, and only in memory, for seconds.

A million answers take a processor a quarter of a minute, so a large wave is counted by two processes, each half of
the keys.
"""

import asyncio
import gc
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from backend.config import Settings
from backend.core.plan import Plan
from backend.core.tabulation import Group, Tabulation
from backend.db import database
from backend.responses.queries import is_large, records_answers
from backend.surveys.models import Wave

PROCESSES = 2


async def count_wave(settings: Settings, wave: Wave, plan: Plan) -> Tabulation:
    """Every response of a wave, counted once."""
    if not await is_large(wave):
        return await _count(wave, plan, 0, 1)
    # A fresh interpreter: a forked one would inherit this one's open database.
    with ProcessPoolExecutor(PROCESSES - 1, mp_context=get_context("spawn")) as pool:
        others = [
            asyncio.wrap_future(pool.submit(count_part, settings.database_url, wave.id, plan, part, PROCESSES))
            for part in range(1, PROCESSES)
        ]
        tabulation = await _count(wave, plan, 0, PROCESSES)
        for other in others:
            tabulation.include(await other)
    return tabulation


def count_part(database_url: str, wave_id: int, plan: Plan, part: int, parts: int) -> list[tuple[Group, list[int]]]:
    """The counts of one part of a wave's keys, by a process of its own."""

    async def count() -> list[tuple[Group, list[int]]]:
        async with database(database_url):
            return list((await _count(await Wave.get(id=wave_id), plan, part, parts)).rows())

    return asyncio.run(count())


async def _count(wave: Wave, plan: Plan, part: int, parts: int) -> Tabulation:
    tabulation = Tabulation(plan)
    # Answers never refer to each other in a circle; looking for circles among them takes a tenth of the whole time.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        async for chunk in records_answers(wave, part, parts):
            for answers in chunk:
                tabulation.add(answers)
    finally:
        if was_collecting:
            gc.enable()
    return tabulation
