"""Linear combinations of noisy integers, and the shares made of them, with their noise carried along.

Every figure of a release is a function of independent noisy integers. An amount knows how it follows each of
them, so the variance of the noise in any figure is a plain sum of squares, correlations included (two figures
that share a district's count are not treated as independent).
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from backend.core.measurements import Cell

Coefficients = dict[Cell, float]


class Amount(msgspec.Struct, frozen=True):
    """A number of persons: `value`, and in `follows` its derivative by each noisy integer behind it."""

    value: float
    follows: Coefficients


class Share(msgspec.Struct, frozen=True):
    """A share of respondents, unbiased and not clipped: it may lie a little outside 0-1.

    `n` is the noisy number of respondents behind it (persons). `effective_n` (persons) is the size of the
    simple random sample with the same sampling variance: `n` itself without weighting, Kish's `1 / sum(w^2 /
    n)` after it (Kish 1965, Survey Sampling, section 8.2). `follows` is the derivative by each noisy integer.
    """

    value: float
    n: float
    effective_n: float
    follows: Coefficients


def combine(terms: Iterable[tuple[float, Amount | Share]]) -> Amount:
    """The linear combination of (factor, amount or share) terms."""
    value = 0.0
    follows: Coefficients = {}
    for factor, term in terms:
        value += factor * term.value
        for cell, coefficient in term.follows.items():
            follows[cell] = follows.get(cell, 0.0) + factor * coefficient
    return Amount(value, follows)


def total(amounts: Iterable[Amount]) -> Amount:
    """The sum of amounts."""
    return combine((1.0, amount) for amount in amounts)


def centred(amounts: Sequence[Amount]) -> list[Amount]:
    """`centre(y) = y - mean(y)`: the sum of a centred vector is noise alone and is removed."""
    mean = combine((1.0 / len(amounts), amount) for amount in amounts)
    return [combine(((1.0, amount), (-1.0, mean))) for amount in amounts]


def noise_variance(follows: Mapping[Cell, float], sigmas: Mapping[str, float]) -> float:
    """Variance of the noise, given the noise standard deviation of each block (`sigmas`, in persons)."""
    return sum((coefficient * sigmas[cell.block]) ** 2 for cell, coefficient in follows.items())


def towards_half(value: float, n: float) -> float:
    """`p~ = (p n + 2) / (n + 4)` of the clipped share: the centre of an interval (Agresti and Coull 1998)."""
    return (clipped(value) * n + 2.0) / (n + 4.0)


def clipped(value: float) -> float:
    """The value held within 0-1."""
    return min(1.0, max(0.0, value))


def balance_share(n: Amount, balance: Amount) -> Share:
    """The headline share `p = (1 + S / n) / 2` of `n` respondents with balance `S` (yes minus not yes).

    Its noise variance is `[var(S) / 4 + (p~ - 1/2)^2 var(n)] / n^2`. A noisy count below one is never
    published; dividing by one there keeps the arithmetic defined.
    """
    size = max(n.value, 1.0)
    value = (1.0 + balance.value / size) / 2.0
    slope = (towards_half(value, size) - 0.5) / size
    return Share(value, n.value, size, combine(((0.5 / size, balance), (-slope, n))).follows)


def count_share(n: Amount, count: Amount) -> Share:
    """The share `T / n` of a category with count `T` among `n` respondents (small n: see `balance_share`)."""
    size = max(n.value, 1.0)
    value = count.value / size
    slope = towards_half(value, size) / size
    return Share(value, n.value, size, combine(((1.0 / size, count), (-slope, n))).follows)


def mean_share(shares: Sequence[Share], weights: Sequence[float]) -> Share:
    """The mean of shares of disjoint groups with the given weights (any positive scale).

    Where every weight is zero (no population known) the numbers of respondents take their place.
    """
    if sum(weights) <= 0.0:
        weights = [max(share.n, 1.0) for share in shares]
    whole = sum(weights)
    parts = [weight / whole for weight in weights]
    mean = combine(zip(parts, shares, strict=True))
    spread = sum(part**2 / share.effective_n for part, share in zip(parts, shares, strict=True))
    return Share(mean.value, sum(share.n for share in shares), 1.0 / spread, mean.follows)


def valid_share(part: Share, missing: Sequence[Share]) -> Share:
    """The share among valid answers, `part / (1 - sum(missing))`, all of the same respondents.

    Delta method: `d r = (d part - r d valid) / valid`, linearised at the centre of the interval; given the
    number of valid answers the sampling is binomial, so `n` and `effective_n` shrink with the valid share.
    """
    valid = max(1.0 - sum(share.value for share in missing), 1.0 / part.effective_n)
    value = part.value / valid
    effective_n = part.effective_n * valid
    ratio = towards_half(value, effective_n)
    terms = [(1.0 / valid, part)] + [(ratio / valid, share) for share in missing]
    return Share(value, part.n * valid, effective_n, combine(terms).follows)
