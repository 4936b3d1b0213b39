"""SQLite transactions have a connection of their own: pages need not wait, a failed begin locks nobody out."""

import asyncio
import sqlite3

import pytest
from tortoise.exceptions import TransactionManagementError
from tortoise.transactions import in_transaction

from backend.db import connection, sqlite_path
from backend.surveys.models import Survey

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def test_a_page_reads_what_is_committed_while_a_transaction_is_open(opened) -> None:
    may_read, was_read = asyncio.Event(), asyncio.Event()

    async def read() -> int:
        await may_read.wait()
        count = await Survey.all().count()
        was_read.set()
        return count

    reading = asyncio.create_task(read())
    async with in_transaction():
        await Survey.create(code="safety")
        may_read.set()
        await asyncio.wait_for(was_read.wait(), timeout=60)
    assert await reading == 0
    assert await Survey.all().count() == 1


async def test_transactions_follow_one_another(opened) -> None:
    async def add(number: int) -> None:
        async with in_transaction():
            known = await Survey.all().count()
            await Survey.create(code=f"survey-{known}")

    await asyncio.gather(*(add(number) for number in range(8)))
    assert await Survey.all().count() == 8


async def test_a_transaction_that_fails_leaves_nothing(opened) -> None:
    with pytest.raises(RuntimeError):
        async with in_transaction():
            await Survey.create(code="safety")
            raise RuntimeError
    assert await Survey.all().count() == 0
    async with in_transaction():
        await Survey.create(code="safety")
    assert await Survey.all().count() == 1


async def test_a_transaction_that_cannot_begin_locks_nobody_out(opened) -> None:
    async with in_transaction() as current:
        await current.execute_query("SELECT 1")
    # The product waits for twenty seconds; the test need not.
    await connection().writer._connection.execute("PRAGMA busy_timeout=0")
    other = sqlite3.connect(sqlite_path(opened.database_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(TransactionManagementError):
        async with in_transaction():
            raise AssertionError("a second writer began")
    other.execute("ROLLBACK")
    other.close()
    async with in_transaction():
        await Survey.create(code="safety")
    assert await Survey.all().count() == 1
