"""Accounting of privacy loss: what a year allows, what is left of it, and what a loss means as epsilon.

Losses are zero-concentrated (rho) and exact fractions: they add up, and a cap is a cap to the last digit.
"""

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

Purpose = Literal["waves", "reports", "corrections"]

YEARLY_CAPS: dict[Purpose, Fraction] = {
    "waves": Fraction(1, 5),
    "reports": Fraction(1, 10),
    "corrections": Fraction(1, 20),
}
"""The privacy budget (rho) of one calendar year: survey waves, place reports, corrections."""

# Orders alpha - 1 from e^-30 to e^60 hold the optimum of every loss between 1e-40 and 1e20.
_LOWEST, _HIGHEST = -30.0, 60.0
_GOLDEN = (math.sqrt(5) - 1) / 2
_STEPS = 100


def left(cap: Fraction, charges: Iterable[Fraction]) -> Fraction:
    """What the charges leave of a cap.

    Raises TypeError for an inexact number and ValueError for a negative charge.
    """
    remaining = _exact(cap)
    for charged in charges:
        if _exact(charged) < 0:
            raise ValueError(f"a charge cannot be negative: {charged}")
        remaining -= charged
    return remaining


def may_charge(cap: Fraction, charges: Iterable[Fraction], amount: Fraction) -> bool:
    """Whether `amount` still fits under the cap, exactly; nothing and less than nothing cannot be charged.

    Raises as `left` does.
    """
    return 0 < _exact(amount) <= left(cap, charges)


def epsilon(rho: Fraction | float, delta: float) -> float:
    """The epsilon of (epsilon, delta)-differential privacy that rho-zCDP implies.

    Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020), section 2.3
    (proposition 12 and what follows for concentrated privacy): the least epsilon over all orders alpha > 1 of
    alpha rho + log(1 - 1/alpha) + (log(1/delta) - log alpha) / (alpha - 1).
    That function falls, then rises in alpha: a golden-section search over log(alpha - 1) finds its minimum.
    Raises ValueError when rho is negative or delta not between 0 and 1.
    """
    if rho < 0 or not 0 < delta < 1:
        raise ValueError(f"rho must not be negative and delta lies between 0 and 1, not {rho} and {delta}")
    if rho == 0:
        return 0.0
    loss, low, high = float(rho), _LOWEST, _HIGHEST
    left_value = _epsilon_at(inner_left := high - _GOLDEN * (high - low), loss, delta)
    right_value = _epsilon_at(inner_right := low + _GOLDEN * (high - low), loss, delta)
    for _ in range(_STEPS):
        if left_value <= right_value:
            high, inner_right, right_value = inner_right, inner_left, left_value
            left_value = _epsilon_at(inner_left := high - _GOLDEN * (high - low), loss, delta)
        else:
            low, inner_left, left_value = inner_left, inner_right, right_value
            right_value = _epsilon_at(inner_right := low + _GOLDEN * (high - low), loss, delta)
    return max(0.0, min(left_value, right_value))


def _epsilon_at(log_order: float, rho: float, delta: float) -> float:
    """The bound at alpha = 1 + exp(log_order); log(1 - 1/alpha) is written so that it keeps its digits."""
    above_one = math.exp(log_order)
    slack = (-math.log(delta) - math.log1p(above_one)) / above_one
    return (1 + above_one) * rho + slack - math.log1p(math.exp(-log_order))


def _exact(amount: Fraction) -> Fraction:
    """A float has been rounded already: 0.2 + 1e-30 is 0.2, and the cap would no longer hold."""
    if not isinstance(amount, Fraction):
        raise TypeError(f"a charge is an exact fraction, not {type(amount).__name__}")
    return amount
