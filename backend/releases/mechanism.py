"""The production noise: OpenDP's discrete Gaussian. It takes no seed and no other source of randomness.

The library is imported where it is used, so that processes which never draw do not pay for it.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from functools import cache
from importlib.metadata import version
from typing import Any

PINNED = "0.16.0"
# Before this version the library's discrete Gaussian sampler was biased.
FIRST_UNBIASED = (0, 14, 2)


class UnsoundNoise(RuntimeError):
    """The noise library is not the one that was examined, or it does not vouch for the noise asked of it."""


def draw(vector: Sequence[int], sigma: float) -> list[int]:
    """The integers with independent discrete Gaussian noise of scale `sigma` added to each.

    Raises UnsoundNoise when the installed library is not the pinned one and ValueError for a sigma that is
    not a positive number.
    """
    noisy: list[int] = _gaussian(sigma)(list(vector))
    return noisy


def certifies(sigma: float, l2sq: int, rho: Fraction) -> bool:
    """Whether the library's privacy map keeps squared sensitivity `l2sq` within `rho`, compared exactly."""
    return Fraction(_gaussian(sigma).map(_root_upwards(l2sq))) <= rho


def certify(sigma: float, l2sq: int, rho: Fraction) -> None:
    """Raises UnsoundNoise unless the library certifies the sigma for squared sensitivity `l2sq` and `rho`."""
    if not certifies(sigma, l2sq, rho):
        raise UnsoundNoise(f"sigma {sigma!r} exceeds rho {rho} at squared sensitivity {l2sq}")


def check_version(installed: str) -> None:
    """Raises UnsoundNoise unless `installed` is the pinned version of the library.

    A biased version is named as such: whoever moves the pin has to read why it must never go back.
    """
    numbers = tuple(int(part) if part.isdigit() else 0 for part in installed.split(".")[:3])
    if numbers < FIRST_UNBIASED:
        raise UnsoundNoise(f"opendp {installed} draws biased noise; {PINNED} is needed")
    if installed != PINNED:
        raise UnsoundNoise(f"opendp {installed} was not examined; {PINNED} is needed")


def _root_upwards(l2sq: int) -> float:
    """The square root as a float that is never below the true one."""
    root = math.sqrt(l2sq)
    while Fraction(root) ** 2 < l2sq:
        root = math.nextafter(root, math.inf)
    return root


def _gaussian(sigma: float) -> Any:
    if not (sigma > 0 and math.isfinite(sigma)):
        raise ValueError(f"sigma has to be a positive number, not {sigma!r}")
    dp = _library()
    domain = dp.vector_domain(dp.atom_domain(T="i64"))
    return dp.m.make_gaussian(domain, dp.l2_distance(T=float), sigma)


@cache
def _library() -> Any:
    check_version(version("opendp"))
    import opendp.prelude as dp

    dp.enable_features("contrib")
    return dp
