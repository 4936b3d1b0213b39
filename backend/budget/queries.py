"""Reading the ledger."""

from fractions import Fraction

from backend.budget.models import LedgerEntry


async def charges_of_year(year: int) -> list[Fraction]:
    """Every charge of a calendar year as an exact fraction."""
    return [Fraction(entry.rho) for entry in await LedgerEntry.filter(year=year)]


async def list_charges(year: int) -> list[LedgerEntry]:
    """The year's charges in the order they were made; the ledger is public."""
    return await LedgerEntry.filter(year=year).order_by("id")
