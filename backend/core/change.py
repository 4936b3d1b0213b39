"""Change between two waves: differences of published headline figures, and which of them chance explains."""

from collections.abc import Sequence
from math import erfc, sqrt

import msgspec

from backend.core.figures import Figure, Level
from backend.core.intervals import Z95

FALSE_DISCOVERY_RATE = 0.05


class Change(msgspec.Struct, frozen=True):
    """The change of one headline share from the wave before: `difference`, `low`, `high` in shares (-1 to 1).

    `changed` is said only where it holds at a 5 % false discovery rate over the family of comparisons.
    """

    place: str
    level: Level
    variable: str
    difference: float
    low: float
    high: float
    changed: bool


def changes(before: Sequence[Figure], after: Sequence[Figure]) -> tuple[Change, ...]:
    """Changes of the headline shares (base `all`) of districts, areas and city published in both waves.

    The family of comparisons is everything that is passed in: pass a page's figures to answer for that page.
    """
    earlier = {_key(figure): figure for figure in before if _is_headline(figure)}
    pairs = [(earlier[_key(figure)], figure) for figure in after if _is_headline(figure) and _key(figure) in earlier]
    drawn = [_difference(old, new) for old, new in pairs]
    found = discoveries([_p_value(value, deviation) for value, deviation in drawn], FALSE_DISCOVERY_RATE)
    return tuple(
        Change(
            place=new.place,
            level=new.level,
            variable=new.variable,
            difference=value,
            low=max(-1.0, value - Z95 * deviation),
            high=min(1.0, value + Z95 * deviation),
            changed=changed,
        )
        for (_, new), (value, deviation), changed in zip(pairs, drawn, found, strict=True)
    )


def discoveries(p_values: Sequence[float], rate: float) -> list[bool]:
    """Which hypotheses are rejected at this false discovery rate (Benjamini and Hochberg 1995, procedure 1).

    All p-values up to the largest one with `p_(k) <= k / m * rate` are.
    """
    m = len(p_values)
    ranked = sorted(p_values)
    limit = max((p for k, p in enumerate(ranked, start=1) if p <= k / m * rate), default=-1.0)
    return [p <= limit for p in p_values]


def _is_headline(figure: Figure) -> bool:
    """Whether this is a published headline share of all respondents of a place."""
    return (
        figure.measure == "share"
        and figure.status == "published"
        and figure.base == "all"
        and not figure.category
        and not figure.group_variable
    )


def _key(figure: Figure) -> tuple[str, str, str]:
    return figure.level, figure.place, figure.variable


def _difference(old: Figure, new: Figure) -> tuple[float, float]:
    """Difference and standard deviation (shares) of two figures from independent waves."""
    value = (new.estimate or 0.0) - (old.estimate or 0.0)
    return value, sqrt(_deviation(old) ** 2 + _deviation(new) ** 2)


def _deviation(figure: Figure) -> float:
    """Standard deviation (share) behind a published interval.

    An interval cut at 0 or 1 has lost part of its width; the longer side from the estimate then stands in for
    the half-width. That is never too small, for the centre lies nearer to one half than the estimate does.
    """
    estimate, low, high = figure.estimate or 0.0, figure.low or 0.0, figure.high or 0.0
    if low > 0.0 and high < 1.0:
        return (high - low) / 2.0 / Z95
    return max(high - estimate, estimate - low) / Z95


def _p_value(value: float, deviation: float) -> float:
    """Two-sided p-value of a normal difference; a difference without any spread is certain."""
    if deviation == 0.0:
        return 1.0 if value == 0.0 else 0.0
    return erfc(abs(value) / deviation / sqrt(2.0))
