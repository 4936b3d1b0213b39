"""A second discrete Gaussian sampler, from the paper alone: the independent check on the production noise.

Canonne, Kamath and Steinke, "The Discrete Gaussian for Differential Privacy" (2020), algorithms 1 to 3, in integer
arithmetic throughout. It is for tests: its randomness is a seeded `random.Random`.
"""

import random
from fractions import Fraction


def _bernoulli_exp_below_one(rng: random.Random, numerator: int, denominator: int) -> bool:
    """True with probability exp(-numerator/denominator), for a quotient between 0 and 1."""
    k = 1
    while rng.randrange(denominator * k) < numerator:
        k += 1
    return k % 2 == 1


def bernoulli_exp(rng: random.Random, numerator: int, denominator: int) -> bool:
    """True with probability exp(-numerator/denominator) (algorithm 1)."""
    whole, rest = divmod(numerator, denominator)
    if not all(_bernoulli_exp_below_one(rng, 1, 1) for _ in range(whole)):
        return False
    return _bernoulli_exp_below_one(rng, rest, denominator)


def discrete_laplace(rng: random.Random, scale: int) -> int:
    """An integer with probability proportional to exp(-|x|/scale) (algorithm 2)."""
    while True:
        low = rng.randrange(scale)
        if not bernoulli_exp(rng, low, scale):
            continue
        high = 0
        while bernoulli_exp(rng, 1, 1):
            high += 1
        size, negative = low + scale * high, rng.randrange(2)
        if size or not negative:
            return -size if negative else size


def discrete_gaussian(rng: random.Random, sigma: float) -> int:
    """An integer with probability proportional to exp(-x² / (2 sigma²)) (algorithm 3)."""
    variance = Fraction(sigma) ** 2
    top, bottom = variance.numerator, variance.denominator
    scale = int(sigma) + 1
    while True:
        drawn = discrete_laplace(rng, scale)
        # (|x| - variance/scale)² / (2 variance), with all denominators multiplied out.
        if bernoulli_exp(rng, (abs(drawn) * scale * bottom - top) ** 2, 2 * top * scale**2 * bottom):
            return drawn
