"""Shares of every category of every variable, per area and city, fitted to the headlines."""

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from backend.core.amounts import Share, combine, count_share, mean_share, valid_share
from backend.core.figures import Figure
from backend.core.headlines import Strata, headline_share
from backend.core.intervals import Subject, share_figure
from backend.core.plan import Variable
from backend.core.pooling import Unit, pool
from backend.core.questions import NO_VALID_ANSWER, NOT_SHOWN, NOT_STATED
from backend.core.readings import Readings
from backend.core.respondents import CITY

MISSING = (NO_VALID_ANSWER, NOT_STATED, NOT_SHOWN)
"""Categories that are no valid answer and so no part of the base `valid`."""


def detail_figures(readings: Readings, strata: Strata) -> Iterator[Figure]:
    """Shares of the categories of every variable for city and areas, base `all` and base `valid`.

    A core variable's headline follows with base `valid` (with base `all` it is one of `headline_figures`).
    """
    if not readings.has("detail"):
        return
    for variable in readings.plan.variables:
        areas = city_units(readings)
        yield from _place_figures(readings, Subject("city", CITY), variable, areas, strata.of_city)
        for area, units in strata.of_area.items():
            place = Subject("area", area)
            yield from _place_figures(readings, place, variable, [area_unit(readings, area)], units)


def area_unit(readings: Readings, area: str) -> Unit:
    """One area as a unit of a weighted mean; `places` holds area codes."""
    return Unit((area,), readings.n(readings.districts_of((area,))).value, readings.population((area,)))


def city_units(readings: Readings) -> tuple[Unit, ...]:
    """The areas as they enter the city's detail: those below the row threshold are pooled."""
    units = [area_unit(readings, area) for area in readings.real_areas()]
    return pool(units, readings.plan.rules.row_minimum)


def detail_shares(readings: Readings, units: Sequence[Unit], variable: Variable) -> dict[str, Share]:
    """Share of all respondents by category, the units (of areas) weighted by population."""
    by_unit: list[dict[str, Share]] = []
    for unit in units:
        n = readings.n(readings.districts_of(unit.places))
        counts = readings.category_counts(unit.places, variable)
        by_unit.append({category: count_share(n, count) for category, count in counts.items()})
    weights = [unit.population for unit in units]
    return {
        category: mean_share([shares[category] for shares in by_unit], weights) for category in variable.categories
    }


def fitted(shares: Mapping[str, Share], headline: Share, members: Sequence[str]) -> dict[str, Share]:
    """The shares moved, by least squares, so that those of `members` sum to the headline and all sum to 1.

    Minimising the sum of squared moves under two linear constraints spreads each gap evenly: within the
    headline group `t'_j = p / h + t_j - mean(t)`, outside it `t'_j = (1 - p) / (c - h) + t_j - mean(t)`. A
    headline group that is empty or holds every category constrains nothing, and the shares are returned as
    they are.
    """
    inside = [category for category in shares if category in members]
    outside = [category for category in shares if category not in members]
    if not inside or not outside:
        return dict(shares)
    result: dict[str, Share] = {}
    for group, sign, constant in ((inside, 1.0, 0.0), (outside, -1.0, 1.0)):
        part = 1.0 / len(group)
        mean = combine((part, shares[category]) for category in group)
        for category in group:
            moved = combine(((sign * part, headline), (1.0, shares[category]), (-1.0, mean)))
            value = constant * part + moved.value
            result[category] = Share(value, headline.n, headline.effective_n, moved.follows)
    return {category: result[category] for category in shares}


def _place_figures(
    readings: Readings,
    place: Subject,
    variable: Variable,
    area_units: Sequence[Unit],
    district_units: Sequence[Unit],
) -> Iterator[Figure]:
    """All detail figures of one variable in one place."""
    rules, sigmas = readings.plan.rules, readings.sigmas
    shares = detail_shares(readings, area_units, variable)
    if variable.core and readings.has("core_headline"):
        headline = headline_share(readings, district_units, variable)
        shares = fitted(shares, headline, variable.headline)
    missing = [share for category, share in shares.items() if category in MISSING]
    for category, share in shares.items():
        subject = replace(place, variable=variable.code, category=category)
        yield share_figure(subject, share, rules.row_minimum, rules, sigmas)
    if variable.core and readings.has("core_headline"):
        shares = {"": headline, **shares}
    for category, share in shares.items():
        if category not in MISSING:
            subject = replace(place, variable=variable.code, category=category, base="valid")
            yield share_figure(subject, valid_share(share, missing), rules.row_minimum, rules, sigmas)
