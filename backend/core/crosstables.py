"""Headline shares of core questions by age band and by gender, per area and city."""

from collections.abc import Iterator, Sequence

from backend.core.amounts import Share, balance_share, mean_share
from backend.core.figures import Figure
from backend.core.headlines import core_variables
from backend.core.intervals import Subject, share_figure
from backend.core.plan import Variable
from backend.core.pooling import Unit, pool
from backend.core.questions import NOT_STATED
from backend.core.readings import Readings
from backend.core.respondents import CITY, OTHER_GENDER


def cross_figures(readings: Readings) -> Iterator[Figure]:
    """Headline shares within each stated age band, and among women and men; base `all` of the group.

    The city's share is the population-weighted mean of the areas' shares; areas with too few of the group are
    pooled first, as districts are within their area.
    """
    for group_variable in readings.group_variables():
        needed = ("core_headline", "composition", f"{group_variable}_core")
        if all(readings.has(block) for block in needed):
            for variable in core_variables(readings):
                yield from _variable_figures(readings, variable, group_variable)


def _variable_figures(readings: Readings, variable: Variable, group_variable: str) -> Iterator[Figure]:
    """The cross-table of one core variable with age or gender."""
    rules, sigmas = readings.plan.rules, readings.sigmas
    for group in readings.group_categories(group_variable):
        if group in (NOT_STATED, OTHER_GENDER):
            continue
        units = [_group_unit(readings, area, group_variable, group) for area in readings.real_areas()]
        pooled = pool(units, rules.cross_minimum)
        city = mean_share(
            [_group_share(readings, unit.places, variable, group_variable, group) for unit in pooled],
            [unit.population for unit in pooled],
        )
        subject = Subject("city", CITY, variable.code, "", group_variable, group)
        yield share_figure(subject, city, rules.cross_minimum, rules, sigmas)
        for area in readings.real_areas():
            share = _group_share(readings, (area,), variable, group_variable, group)
            subject = Subject("area", area, variable.code, "", group_variable, group)
            yield share_figure(subject, share, rules.cross_minimum, rules, sigmas)


def _group_unit(readings: Readings, area: str, group_variable: str, group: str) -> Unit:
    """One area with its number of respondents of the group, weighted by its whole population."""
    count = readings.group_counts(readings.districts_of((area,)), group_variable)[group]
    return Unit((area,), count.value, readings.population((area,)))


def _group_share(
    readings: Readings, areas: Sequence[str], variable: Variable, group_variable: str, group: str
) -> Share:
    """The headline share among the group's respondents in these areas.

    Over m districts its noise variance is that of the method: `[m sigma_S^2 + (c-1)/c sigma_AS^2] / c^2`
    takes the place of `sigma_S^2`, and `m [sigma_n^2 + (c-1)/c sigma_comp^2] / c^2` that of `sigma_n^2`.
    """
    n = readings.group_counts(readings.districts_of(areas), group_variable)[group]
    balance = readings.group_balances(areas, variable.code, group_variable)[group]
    return balance_share(n, balance)
