"""Reading the ledger."""

from fractions import Fraction

from backend.budget.models import LedgerEntry


async def charges_of_year(year: int) -> list[Fraction]:
    """Every charge of a calendar year as an exact fraction."""
    return [Fraction(entry.rho) for entry in await LedgerEntry.filter(year=year)]


async def list_charges(year: int) -> list[LedgerEntry]:
    """The year's charges in the order they were made; the ledger is public."""
    return await LedgerEntry.filter(year=year).order_by("id")


async def list_purposes(year: int) -> set[str]:
    """What has been paid for in a calendar year."""
    return {entry.purpose for entry in await LedgerEntry.filter(year=year)}


def progress_purpose(wave: str) -> str:
    """The ledger's name for the nightly looks at a wave."""
    return f"progress:{wave}"


def release_purpose(wave: str) -> str:
    """The ledger's name for a wave's first release."""
    return f"release:{wave}-r1"
