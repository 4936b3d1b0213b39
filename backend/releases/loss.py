"""What a release cost in privacy, and what its year has spent so far: the public side of the ledger."""

from datetime import datetime
from fractions import Fraction

import msgspec

from backend.budget.models import LedgerEntry
from backend.budget.queries import list_charges
from backend.core.budget import epsilon, left
from backend.core.plan import Plan
from backend.releases.files import DELTA


class Charge(msgspec.Struct, frozen=True):
    """One entry of the ledger: `kind` is `progress` or `release`, `subject` the wave or release it paid for."""

    kind: str
    subject: str
    rho: float
    charged_at: datetime


class Loss(msgspec.Struct, frozen=True):
    """Privacy losses (rho of zero-concentrated differential privacy; epsilon at DELTA) of a release and its year.

    `planned` is what the plan of the wave allows in all, `charged` what it has cost so far.
    """

    planned: float
    planned_epsilon: float
    charged: float
    charged_epsilon: float
    year: int
    charges: tuple[Charge, ...]
    spent: float
    spent_epsilon: float
    cap: float
    left: float


async def list_losses(plan: Plan, release: str, cap: Fraction) -> Loss:
    """The loss of the release with this code and of its wave's whole plan, beside all of the same year.

    `cap` (rho) is the limit of that year.
    """
    entries = await list_charges(plan.year)
    charges = [Fraction(entry.rho) for entry in entries]
    spent = sum(charges, Fraction(0))
    own = {f"progress:{plan.wave}", f"release:{release}"}
    charged = sum((Fraction(entry.rho) for entry in entries if entry.purpose in own), Fraction(0))
    return Loss(
        planned=float(Fraction(plan.rho)),
        planned_epsilon=epsilon(Fraction(plan.rho), DELTA),
        charged=float(charged),
        charged_epsilon=epsilon(charged, DELTA),
        year=plan.year,
        charges=tuple(_charge(entry) for entry in entries),
        spent=float(spent),
        spent_epsilon=epsilon(spent, DELTA),
        cap=float(cap),
        left=max(0.0, float(left(cap, charges))),
    )


def _charge(entry: LedgerEntry) -> Charge:
    kind, _, subject = entry.purpose.partition(":")
    return Charge(kind, subject, float(Fraction(entry.rho)), entry.charged_at)
