"""How much noise a charge asks for."""

import math
from collections.abc import Callable
from fractions import Fraction

Certifies = Callable[[float, int, Fraction], bool]
"""Says whether noise of a sigma keeps a squared sensitivity (`l2sq`) within a charge (`rho`)."""

# The rounding of a privacy map costs a handful of steps; a thousand means that it never agrees.
MAX_STEPS = 1000


def certifies_exactly(sigma: float, l2sq: int, rho: Fraction) -> bool:
    """Whether the discrete Gaussian's exact loss l2sq / (2 sigma²) is at most `rho`, in rational arithmetic.

    Canonne, Kamath and Steinke (2020), "The Discrete Gaussian for Differential Privacy", on the multivariate
    discrete Gaussian: independent noise of one sigma on a query of squared sensitivity `l2sq`.
    """
    return sigma > 0 and math.isfinite(sigma) and l2sq <= 2 * rho * Fraction(sigma) ** 2


def smallest_sigma(l2sq: int, rho: Fraction, certifies: Certifies = certifies_exactly) -> float:
    """The smallest float sigma for which both the exact loss and `certifies` stay within `rho`.

    `l2sq` is a block's exact squared sensitivity, `certifies` a second opinion such as the noise library's
    own privacy map. Raises ValueError when there is nothing to protect or nothing to spend, and ArithmeticError
    when `certifies` does not agree within a relative 1e-12 of the exact sigma.
    """
    if l2sq < 1 or rho <= 0:
        raise ValueError(f"no sigma exists for squared sensitivity {l2sq} and rho {rho}")
    sigma = math.sqrt(Fraction(l2sq) / (2 * rho))
    while certifies_exactly(below := math.nextafter(sigma, 0.0), l2sq, rho):
        sigma = below
    for _ in range(MAX_STEPS):
        if certifies_exactly(sigma, l2sq, rho) and certifies(sigma, l2sq, rho):
            return sigma
        sigma = math.nextafter(sigma, math.inf)
    raise ArithmeticError(f"no sigma near {sigma} is certified for squared sensitivity {l2sq} and rho {rho}")
