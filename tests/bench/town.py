"""A database to measure on: the demo municipality, an open wave, a closed one, and a million realistic rows."""

import asyncio
import json
import random
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import asyncpg
import msgspec
import yaml
from tortoise.backends.base.executor import EXECUTOR_CACHE

from backend.clock import local_date
from backend.config import Settings, load_settings
from backend.core.answers import canonical
from backend.db import database, sqlite_path
from backend.demo.residents import Profile, invented_responses
from backend.districts.queries import records_districts
from backend.responses.forms import RECEIPT_FIELD, parse_response
from backend.seed import ACTOR, DEMO, SURVEY, MovableClock
from backend.surveys.models import Wave
from backend.surveys.queries import get_wave, list_open_waves, plan_of, questionnaire_of
from backend.surveys.services import create_wave, open_wave
from tests.bench.served import environment

# Different answers that the rows are made of; a million of them take minutes to invent and measure nothing.
INVENTED = 4_000
CHUNK = 20_000
COLUMNS = ("key", "week", "answers")


class Town(NamedTuple):
    """Where to measure: the address of the database, the waves, and answers as they are sent and as stored."""

    database_url: str
    open_wave: str
    closed_wave: str
    closed_id: int
    sent: list[str]
    stored: list[str]


def found_town(database_url: str) -> Town:
    """Adds a closed wave without a release to a seeded database."""
    # Tortoise keeps prepared statements per connection name, and here one process sees two kinds of database.
    EXECUTOR_CACHE.clear()
    return asyncio.run(_found(database_url))


async def _found(database_url: str) -> Town:
    settings = load_settings({k: v for k, v in environment(database_url).items() if k.startswith("DELAKTIG_")})
    now = datetime.now(UTC)
    async with database(database_url):
        (running,) = await list_open_waves(now)
        closed = await _closed_wave(settings, now)
        sent, stored = await _invent(await get_wave(running.code))
    return Town(database_url, running.code, closed.code, closed.id, sent, stored)


async def _closed_wave(settings: Settings, now: datetime) -> Wave:
    clock = MovableClock(now - timedelta(days=40))
    first = local_date(clock(), settings.zone)
    last = first + timedelta(days=27)
    drafted = await create_wave(clock, ACTOR, settings, survey=SURVEY, starts_on=first, ends_on=last, grace_hours=0)
    return await open_wave(clock, ACTOR, settings, drafted.code)


async def _invent(wave: Wave) -> tuple[list[str], list[str]]:
    """Answers as a program sends them, and the same as they are stored."""
    profile = msgspec.convert(yaml.safe_load((DEMO / "residents.yaml").read_text("utf-8")), Profile)
    questionnaire, codes = questionnaire_of(wave), {d.code for d in plan_of(wave).districts}
    kinds = {question.code: question.kind for question in questionnaire.questions()}
    sent, stored = [], []
    for fields in invented_responses(
        questionnaire, await records_districts(), profile, wave_number=3, number=INVENTED
    ):
        form = parse_response(questionnaire, codes, fields)
        stored.append(canonical(form.answers).decode())
        del fields[RECEIPT_FIELD]
        plain = {code: values if kinds.get(code) == "several" else values[0] for code, values in fields.items()}
        sent.append(json.dumps(plain))
    return sent, stored


def _rows(town: Town, number: int) -> Iterator[list[tuple[str, str, str]]]:
    """Rows of the closed wave in the order in which they would have come: that of chance."""
    source = random.Random(number)
    for start in range(0, number, CHUNK):
        yield [
            (f"{town.closed_id:08x}{source.getrandbits(160):040x}", "2026-W40", source.choice(town.stored))
            for _ in range(min(CHUNK, number - start))
        ]


def fill(town: Town, number: int) -> None:
    """Puts `number` rows straight into the table, beside what is there; without waiting for the disk."""
    path = sqlite_path(town.database_url)
    if path is None:
        asyncio.run(_copy(town, number))
        return
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=OFF", "cache_size=-1200000", "wal_autocheckpoint=0"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("BEGIN")
    for rows in _rows(town, number):
        connection.executemany('INSERT INTO "response" (key, week, answers) VALUES (?, ?, ?)', rows)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


async def _copy(town: Town, number: int) -> None:
    connection = await asyncpg.connect(town.database_url)
    for rows in _rows(town, number):
        await connection.copy_records_to_table("response", records=rows, columns=COLUMNS)
    await connection.execute('VACUUM ANALYZE "response"')
    await connection.close()
