"""From a share or a noisy count to a figure: estimate, 95 % interval, and the publication rules.

The rules look at noisy values only, so that being published or withheld tells nothing that the noisy integers
do not tell anyway. Intervals cover sampling and noise, not self-selection.
"""

from collections.abc import Mapping
from math import sqrt
from typing import Literal, NamedTuple

import msgspec

from backend.core.amounts import Amount, Share, clipped, noise_variance, towards_half
from backend.core.figures import Figure, Level, Precision, Status
from backend.core.plan import Rules

Z95 = 1.96
"""Two-sided 95 % point of the normal distribution, as the method states it."""


class Subject(msgspec.Struct, frozen=True):
    """What a figure is about: the identifying fields of `Figure`."""

    level: Level
    place: str
    variable: str = ""
    category: str = ""
    group_variable: str = ""
    group: str = ""
    base: Literal["all", "valid"] = "all"


class Interval(NamedTuple):
    """A 95 % interval before it is clipped: its centre and half-width in shares (0-1)."""

    centre: float
    half_width: float


def share_interval(value: float, effective_n: float, variance_of_noise: float) -> Interval:
    """The interval `p~ ± 1.96 sd` with `sd^2 = p~ (1 - p~) / (n + 4) + noise variance`."""
    centre = towards_half(value, effective_n)
    variance = centre * (1.0 - centre) / (effective_n + 4.0) + variance_of_noise
    return Interval(centre, Z95 * sqrt(variance))


def share_figure(subject: Subject, share: Share, minimum: int, rules: Rules, sigmas: Mapping[str, float]) -> Figure:
    """The figure of a share (0-1); withheld below `minimum` noisy respondents or when too imprecise."""
    noise = noise_variance(share.follows, sigmas)
    interval = share_interval(share.value, share.effective_n, noise)
    status = status_of(share.n, minimum, interval.half_width, rules)
    if status != "published":
        return withheld_figure(subject, "share", share.n, status)
    return Figure(
        level=subject.level,
        place=subject.place,
        measure="share",
        variable=subject.variable,
        category=subject.category,
        group_variable=subject.group_variable,
        group=subject.group,
        base=subject.base,
        estimate=clipped(share.value),
        low=clipped(interval.centre - interval.half_width),
        high=clipped(interval.centre + interval.half_width),
        n=shown_count(share.n),
        noise_sd=sqrt(noise),
        precision=precision_of(interval.half_width, rules),
        status=status,
    )


def count_figure(subject: Subject, count: Amount, sigmas: Mapping[str, float], *, of: float | None = None) -> Figure:
    """The figure of a number of respondents (persons), `of` so many in all (itself when not given).

    Who answered is a fact and not a sample, so the interval covers the noise alone. The noisy count is
    clipped at 0 here, for showing, and nowhere else: the unclipped counts add up.
    """
    deviation = sqrt(noise_variance(count.follows, sigmas))
    return Figure(
        level=subject.level,
        place=subject.place,
        measure="respondents",
        variable="",
        category="",
        group_variable=subject.group_variable,
        group=subject.group,
        base="all",
        estimate=max(0.0, count.value),
        low=max(0.0, count.value - Z95 * deviation),
        high=max(0.0, count.value + Z95 * deviation),
        n=shown_count(count.value if of is None else of),
        noise_sd=deviation,
        precision="good",
        status="published",
    )


def withheld_figure(subject: Subject, measure: Literal["share", "respondents"], n: float, status: Status) -> Figure:
    """The row that stays when a figure is withheld: what it would be about, and why it is not shown."""
    return Figure(
        level=subject.level,
        place=subject.place,
        measure=measure,
        variable=subject.variable,
        category=subject.category,
        group_variable=subject.group_variable,
        group=subject.group,
        base=subject.base,
        estimate=None,
        low=None,
        high=None,
        n=shown_count(n),
        noise_sd=None,
        precision="withheld",
        status=status,
    )


def status_of(n: float, minimum: int, half_width: float, rules: Rules) -> Status:
    """Whether a share from `n` noisy respondents with this half-width (share, 0-1) may be published."""
    if n < max(minimum, 1):
        return "withheld-few"
    if half_width > rules.withheld_half_width:
        return "withheld-imprecise"
    return "published"


def precision_of(half_width: float, rules: Rules) -> Precision:
    """How a published share is marked."""
    return "uncertain" if half_width > rules.uncertain_half_width else "good"


def shown_count(n: float) -> int:
    """A noisy count as shown: whole persons, at least 0."""
    return max(0, round(n))
