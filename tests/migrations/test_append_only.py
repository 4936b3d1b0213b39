"""The ledger and the audit only grow; and the response table keeps no order of arrival."""

import sqlite3
from contextlib import closing
from fractions import Fraction

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from backend.append_only import APPEND_ONLY_TABLES
from backend.audit.services import record_action
from backend.budget.services import charge_budget, lock_ledger
from backend.db import connection, database, is_sqlite, sqlite_path
from backend.migrate import migrate

LEDGER = "(id, year, purpose, rho, charged_at)"
AUDIT = "(id, at, actor, action, object_code, detail)"
NOW = "'2026-03-10 12:00:00+00:00'"
ANY_DATABASE = [
    "UPDATE ledger_entry SET rho = '0'",
    "DELETE FROM ledger_entry",
    "UPDATE audit_entry SET actor = 'nobody'",
    "DELETE FROM audit_entry",
    f"INSERT INTO ledger_entry {LEDGER} VALUES (1, 2026, 'other', '0', {NOW}) "
    "ON CONFLICT (id) DO UPDATE SET rho = '0'",
    f"INSERT INTO ledger_entry {LEDGER} VALUES (99, 2026, 'release:x', '0', {NOW}) "
    "ON CONFLICT (purpose) DO UPDATE SET rho = '0'",
    f"INSERT INTO audit_entry {AUDIT} VALUES (1, {NOW}, 'n', 'n', 'n', '') "
    "ON CONFLICT (id) DO UPDATE SET actor = 'n'",
]
SQLITE_ONLY = [
    f"INSERT OR REPLACE INTO ledger_entry {LEDGER} VALUES (1, 2026, 'other', '0', {NOW})",
    f"INSERT OR REPLACE INTO ledger_entry {LEDGER} VALUES (99, 2026, 'release:x', '0', {NOW})",
    f"REPLACE INTO audit_entry {AUDIT} VALUES (1, {NOW}, 'nobody', 'n', 'n', '')",
    "UPDATE OR REPLACE ledger_entry SET purpose = 'other'",
    f"INSERT OR REPLACE INTO audit_entry {AUDIT.replace('id', 'rowid', 1)} VALUES (1, {NOW}, 'n', 'n', 'n', '')",
]
POSTGRES_ONLY = ["TRUNCATE ledger_entry", "TRUNCATE audit_entry CASCADE"]


async def fill(clock) -> list[dict[str, object]]:
    """One charge and one action; returns all that the two tables hold."""
    async with in_transaction():
        await lock_ledger()
        await charge_budget(clock, year=2026, cap=Fraction(1, 5), purpose="release:x", rho=Fraction(1, 10))
        await record_action(clock, "tests", "release-prepared", "x")
    return await contents()


async def contents() -> list[dict[str, object]]:
    return [
        row for table in APPEND_ONLY_TABLES for row in await connection().execute_query_dict(f"SELECT * FROM {table}")
    ]


async def test_every_way_of_rewriting_is_refused(opened, clock) -> None:
    before = await fill(clock)
    assert len(before) == 2
    for statement in ANY_DATABASE + (SQLITE_ONLY if is_sqlite(connection()) else POSTGRES_ONLY):
        with pytest.raises(Exception, match="append-only"):
            await connection().execute_query(statement)
        assert await contents() == before, statement


async def test_a_stranger_s_connection_is_refused_too(opened, clock) -> None:
    """Triggers belong to the database, so a program without our pragmas meets them as well."""
    before = await fill(clock)
    if (path := sqlite_path(opened.database_url)) is not None:
        with closing(sqlite3.connect(path, isolation_level=None)) as stranger:
            assert stranger.execute("PRAGMA recursive_triggers").fetchone() == (0,)
            for statement in ANY_DATABASE + SQLITE_ONLY:
                with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                    stranger.execute(statement)
    else:
        stranger = await asyncpg.connect(opened.database_url)
        try:
            for statement in ANY_DATABASE + POSTGRES_ONLY:
                with pytest.raises(asyncpg.RaiseError, match="append-only"):
                    await stranger.execute(statement)
        finally:
            await stranger.close()
    assert await contents() == before


async def test_they_still_grow(opened, clock) -> None:
    await fill(clock)
    async with in_transaction():
        await lock_ledger()
        await charge_budget(clock, year=2026, cap=Fraction(1, 5), purpose="release:y", rho=Fraction(1, 10))
    await record_action(clock, "tests", "release-prepared", "y")
    assert len(await contents()) == 4


async def test_migrating_mends_a_trigger_that_was_taken_away(opened, clock) -> None:
    await fill(clock)
    name = "ledger_entry_no_delete" if is_sqlite(connection()) else "ledger_entry_append_only ON ledger_entry"
    await connection().execute_query(f"DROP TRIGGER {name}")
    before = await contents()
    await migrate(opened.database_url)
    async with database(opened.database_url):
        with pytest.raises(Exception, match="append-only"):
            await connection().execute_query("DELETE FROM ledger_entry")
        assert await contents() == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_responses_have_no_hidden_row_number(opened) -> None:
    (row,) = await connection().execute_query_dict("SELECT sql FROM sqlite_master WHERE name = 'response'")
    assert row["sql"].rstrip().endswith("WITHOUT ROWID")
    with pytest.raises(Exception, match="no such column"):
        await connection().execute_query("SELECT rowid FROM response")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_every_connection_has_the_pragmas(opened) -> None:
    async def pragma(name: str) -> object:
        return next(iter((await connection().execute_query_dict(f"PRAGMA {name}"))[0].values()))

    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "recursive_triggers": 1}
    assert {name: await pragma(name) for name in wanted} == wanted
