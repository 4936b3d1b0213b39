"""How many answered: noisy counts per district, area and city, and by age band and gender."""

from collections.abc import Iterator

from backend.core.figures import Figure, Level
from backend.core.intervals import Subject, count_figure, withheld_figure
from backend.core.readings import Readings

CITY = "city"
"""The place code of the whole city (level `city`)."""

OTHER_GENDER = "other"
"""Published at city level only: the group is too small to be told apart anywhere else."""


def respondent_figures(readings: Readings) -> Iterator[Figure]:
    """Numbers of respondents (persons): noisy counts of districts add up to areas and city."""
    for level, place, districts in _places(readings):
        yield count_figure(Subject(level, place), readings.n(districts), readings.sigmas)


def composition_figures(readings: Readings) -> Iterator[Figure]:
    """Numbers of respondents by age band and gender (persons), where the place passes the row rule.

    `n` of such a figure is the whole place's noisy count.
    """
    if not readings.has("composition"):
        return
    for level, place, districts in _places(readings):
        n = readings.n(districts).value
        for group_variable in readings.group_variables():
            for group, count in readings.group_counts(districts, group_variable).items():
                if group == OTHER_GENDER and level != "city":
                    continue
                subject = Subject(level, place, group_variable=group_variable, group=group)
                if n < max(readings.plan.rules.row_minimum, 1):
                    yield withheld_figure(subject, "respondents", n, "withheld-few")
                else:
                    yield count_figure(subject, count, readings.sigmas, of=n)


def _places(readings: Readings) -> Iterator[tuple[Level, str, list[str]]]:
    """City, areas and districts with the district codes they consist of, `_elsewhere` included."""
    areas = readings.areas()
    yield "city", CITY, readings.all_districts_of(areas)
    for area in areas:
        yield "area", area, readings.all_districts_of((area,))
    for district in readings.plan.districts:
        yield "district", district.code, [district.code]
