"""The ledger: exact, once per purpose, and never past the cap, whoever writes at the same time."""

import asyncio
import sys
from fractions import Fraction

import asyncpg
import pytest
from tortoise.transactions import in_transaction

from backend.budget.models import LedgerEntry
from backend.budget.queries import charges_of_year, list_charges
from backend.budget.services import charge_budget, lock_ledger
from backend.config import ROOT
from backend.errors import Problem

CAP = Fraction(1, 5)


async def charge(clock, purpose: str, rho: Fraction, *, year: int = 2026, cap: Fraction = CAP) -> LedgerEntry:
    async with in_transaction():
        await lock_ledger()
        return await charge_budget(clock, year=year, cap=cap, purpose=purpose, rho=rho)


async def test_charges_are_exact_fractions(opened, clock) -> None:
    thirds = [await charge(clock, f"release:{n}", Fraction(1, 15)) for n in range(3)]
    assert [entry.rho for entry in thirds] == ["1/15"] * 3
    assert sum(await charges_of_year(2026)) == CAP
    with pytest.raises(Problem) as refused:
        await charge(clock, "release:more", Fraction(1, 10**30))
    assert refused.value.word == "budget-exhausted" and refused.value.values["year"] == 2026
    assert len(await list_charges(2026)) == 3


async def test_the_cap_and_no_bit_more(opened, clock) -> None:
    with pytest.raises(Problem):
        await charge(clock, "release:above", CAP + Fraction(1, 10**30))
    assert await LedgerEntry.all().count() == 0
    await charge(clock, "release:all", CAP)
    # Another year has a budget of its own.
    await charge(clock, "release:next", CAP, year=2027)


@pytest.mark.parametrize("rho", [Fraction(0), Fraction(-1, 10)])
async def test_nothing_and_less_cannot_be_charged(opened, clock, rho: Fraction) -> None:
    with pytest.raises(Problem):
        await charge(clock, "release:x", rho)
    assert not await LedgerEntry.exists()


async def test_a_purpose_is_charged_once(opened, clock) -> None:
    first = await charge(clock, "release:x", Fraction(1, 10))
    again = await charge(clock, "release:x", Fraction(1, 7))
    assert again.id == first.id and again.rho == "1/10"
    assert await charges_of_year(2026) == [Fraction(1, 10)]


async def test_what_is_rolled_back_is_not_charged(opened, clock) -> None:
    with pytest.raises(KeyError):
        async with in_transaction():
            await lock_ledger()
            await charge_budget(clock, year=2026, cap=CAP, purpose="release:x", rho=CAP)
            raise KeyError
    assert not await LedgerEntry.exists()


async def test_eight_writers_of_one_process_never_pass_the_cap(opened, clock) -> None:
    results = await asyncio.gather(
        *(charge(clock, f"release:{n}", Fraction(3, 50)) for n in range(8)), return_exceptions=True
    )
    assert sum(isinstance(result, LedgerEntry) for result in results) == 3
    assert all(isinstance(result, Problem) for result in results if not isinstance(result, LedgerEntry))
    assert sum(await charges_of_year(2026)) == Fraction(9, 50)


WRITER = """
import asyncio, sys
from fractions import Fraction
from tortoise.transactions import in_transaction
from backend.budget.services import charge_budget, lock_ledger
from backend.clock import system_clock
from backend.db import database
from backend.errors import Problem

async def main(url, name):
    charged = 0
    async with database(url):
        print("ready", flush=True)
        sys.stdin.readline()
        for number in range(2):
            try:
                async with in_transaction():
                    await lock_ledger()
                    await charge_budget(system_clock, year=2026, cap=Fraction(1, 5),
                                        purpose=f"release:{name}-{number}", rho=Fraction(3, 50))
                charged += 1
            except Problem:
                pass
    print(charged, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_eight_charges_from_four_processes_never_pass_the_cap(opened) -> None:
    pipes = {"stdin": asyncio.subprocess.PIPE, "stdout": asyncio.subprocess.PIPE}
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, opened.database_url, f"writer{n}", cwd=ROOT, **pipes
        )
        for n in range(4)
    ]
    for writer in writers:
        assert await writer.stdout.readline() == b"ready\n"
    for writer in writers:
        writer.stdin.write(b"go\n")
    said = await asyncio.gather(*(writer.communicate() for writer in writers))
    assert [writer.returncode for writer in writers] == [0] * 4
    assert sum(int(out) for out, _ in said) == 3
    assert sum(await charges_of_year(2026)) == Fraction(9, 50)


async def test_a_second_writer_waits_for_the_first(opened, clock) -> None:
    """Between the reading and the writing of a charge nobody else can read or charge on PostgreSQL."""
    if not opened.database_url.startswith("postgres"):
        return await _second_sqlite_writer_waits(opened, clock)
    async with in_transaction():
        await lock_ledger()
        other = await asyncpg.connect(opened.database_url)
        try:
            locked = await other.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted")
        finally:
            await other.close()
    assert locked == 1


async def _second_sqlite_writer_waits(opened, clock) -> None:
    import sqlite3
    from contextlib import closing

    from backend.db import sqlite_path

    path = sqlite_path(opened.database_url)
    async with in_transaction():
        await lock_ledger()
        with (
            closing(sqlite3.connect(path, timeout=0)) as other,
            pytest.raises(sqlite3.OperationalError, match="locked"),
        ):
            other.execute("BEGIN IMMEDIATE")
