"""Charging the privacy budget: before anything is drawn, exactly, once, and never past the cap."""

from fractions import Fraction

from tortoise.backends.base.client import BaseDBAsyncClient

from backend.budget.models import LedgerEntry
from backend.budget.queries import charges_of_year
from backend.clock import Clock
from backend.core.budget import left, may_charge
from backend.db import connection, is_sqlite
from backend.errors import Problem

# Any constant that no other lock of this product uses.
_LEDGER_LOCK = 0x6C6564676572


async def lock_ledger() -> None:
    """Lets one writer at a time read the ledger and add to it; call inside the transaction that charges.

    SQLite's immediate transactions already exclude each other; PostgreSQL needs a lock until the commit.
    """
    current: BaseDBAsyncClient = connection()
    if not is_sqlite(current):
        await current.execute_query("SELECT pg_advisory_xact_lock($1)", [_LEDGER_LOCK])


async def charge_budget(clock: Clock, *, year: int, cap: Fraction, purpose: str, rho: Fraction) -> LedgerEntry:
    """Adds a charge inside the caller's transaction; the caller has called `lock_ledger`.

    A purpose that was charged before is returned as it is, not charged again.
    Raises Problem("budget-exhausted") when the year's cap would be passed.
    """
    if (known := await LedgerEntry.get_or_none(purpose=purpose)) is not None:
        return known
    charges = await charges_of_year(year)
    if not may_charge(cap, charges, rho):
        raise Problem("budget-exhausted", year=year, wanted=float(rho), left=max(0.0, float(left(cap, charges))))
    return await LedgerEntry.create(year=year, purpose=purpose, rho=str(rho), charged_at=clock())
