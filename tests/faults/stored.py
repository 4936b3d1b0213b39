"""The database past the service: a wave to answer, and what of the sent responses is in it."""

import json
from datetime import UTC, datetime
from typing import Any

from backend.config import load_settings
from backend.db import connection, database
from backend.responses.services import response_key
from backend.seed import MovableClock
from backend.surveys.models import Wave
from tests.faults.phones import Phones
from tests.municipality import start_wave


async def start_wave_now(database_url: str) -> Wave:
    """A small municipality with a wave that is open for the two weeks to come."""
    settings = load_settings({"DELAKTIG_DATABASE_URL": database_url})
    async with database(database_url):
        return await start_wave(MovableClock(datetime.now(UTC)), settings)


async def stored_answers(database_url: str) -> dict[str, dict[str, Any]]:
    """The answers of every row by key; the primary key is the database's own promise that there is only one."""
    async with database(database_url):
        rows = await connection().execute_query_dict("SELECT key, week, answers FROM response")
    assert all(row["week"] for row in rows)
    found = {row["key"]: json.loads(row["answers"]) for row in rows}
    assert len(found) == len(rows)
    return found


def check_thanked(phones: Phones, wave: Wave, stored: dict[str, dict[str, Any]]) -> None:
    """Every response that was thanked for is there, whole; what else is there was sent, and is whole too."""
    keys = {response_key(wave, receipt): receipt for receipt in phones.sent}
    lost = {key for key, receipt in keys.items() if receipt in phones.thanked} - stored.keys()
    assert not lost, f"{len(lost)} of {len(phones.thanked)} thanked responses are lost"
    for key, answers in stored.items():
        assert answers == {**phones.sent[keys[key]], "TOLD": "_not_shown"}
