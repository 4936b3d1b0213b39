"""Headline shares of core questions: per district, and weighted by population per area and city."""

from collections.abc import Iterator, Sequence

from backend.core.amounts import Share, balance_share, mean_share
from backend.core.figures import Figure
from backend.core.intervals import Subject, share_figure
from backend.core.plan import Variable
from backend.core.pooling import Unit, pool
from backend.core.questions import ELSEWHERE
from backend.core.readings import Readings
from backend.core.respondents import CITY


class Strata:
    """The districts as they enter weighted means: small ones pooled within area, then within city."""

    def __init__(self, readings: Readings) -> None:
        minimum = readings.plan.rules.row_minimum
        population = {district.code: district.population for district in readings.plan.districts}
        self.of_area: dict[str, tuple[Unit, ...]] = {}
        for area in readings.real_areas():
            codes = readings.districts_of((area,))
            units = [Unit((code,), readings.n([code]).value, population[code]) for code in codes]
            self.of_area[area] = pool(units, minimum)
        self.of_city = pool([unit for units in self.of_area.values() for unit in units], minimum)


def headline_share(readings: Readings, units: Sequence[Unit], variable: Variable) -> Share:
    """The population-weighted headline share of all respondents in these units."""
    shares = [balance_share(readings.n(unit.places), readings.balance(unit.places, variable.code)) for unit in units]
    return mean_share(shares, [unit.population for unit in units])


def headline_figures(readings: Readings, strata: Strata) -> Iterator[Figure]:
    """Headline shares of every core variable for the city, each area and each district; base `all`."""
    if not readings.has("core_headline"):
        return
    rules, sigmas = readings.plan.rules, readings.sigmas
    for variable in core_variables(readings):
        city = headline_share(readings, strata.of_city, variable)
        yield share_figure(Subject("city", CITY, variable.code), city, rules.row_minimum, rules, sigmas)
        for area, units in strata.of_area.items():
            share = headline_share(readings, units, variable)
            yield share_figure(Subject("area", area, variable.code), share, rules.row_minimum, rules, sigmas)
        for district in readings.plan.districts:
            if district.code != ELSEWHERE:
                n = readings.n([district.code])
                share = balance_share(n, readings.balance([district.code], variable.code))
                subject = Subject("district", district.code, variable.code)
                yield share_figure(subject, share, rules.row_minimum, rules, sigmas)


def core_variables(readings: Readings) -> list[Variable]:
    """The plan's core variables in its order."""
    return [variable for variable in readings.plan.variables if variable.core]
