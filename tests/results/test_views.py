"""What a page tells, worked out from figures: what stands in for what, and what may be compared."""

from typing import Any

import pytest
from msgspec.structs import replace

from backend.core.figures import Figure
from backend.core.plan import Plan
from backend.core.questions import NO_VALID_ANSWER
from backend.releases import views
from backend.releases.views import FigureIndex, Place
from tests.core import release_examples as example

HERE, AREA, CITY = Place("district", "D1", {"en": "One"}), Place("area", "north", {}), Place("city", "city", {})
PLACES = (HERE, AREA, CITY)


def share(place: Place, variable: str, estimate: float | None, **other: Any) -> Figure:
    """A headline share with an interval of ± 0.05; None for one that is withheld."""
    found = Figure(
        level=place.level,
        place=place.code,
        measure="share",
        variable=variable,
        category="",
        group_variable="",
        group="",
        base="all",
        estimate=estimate,
        low=None if estimate is None else estimate - 0.05,
        high=None if estimate is None else estimate + 0.05,
        n=300,
        noise_sd=0.01,
        precision="withheld" if estimate is None else "good",
        status="withheld-few" if estimate is None else "published",
    )
    return replace(found, **other)


def everywhere(feel: float | None, heard: float | None) -> list[Figure]:
    """Both core headlines: as given in the district, published around it."""
    here = [share(HERE, "FEEL", feel), share(HERE, "HEARD", heard)]
    return [*here, *(share(place, code, 0.5) for place in (AREA, CITY) for code in ("FEEL", "HEARD"))]


def headlines(figures: list[Figure]) -> tuple[views.Headline, ...]:
    return views.headlines(example.plan(), example.questionnaire(), FigureIndex(figures, PLACES), PLACES, {})


def changes(figures: list[Figure], before: list[Figure], plan_before: Plan) -> dict[str, views.Since]:
    return views.changes_since(example.plan(), FigureIndex(figures, PLACES), PLACES, plan_before, before)


@pytest.mark.parametrize(
    ("estimate", "told"), [(0.0, None), (19.9, None), (20.0, 20), (284.9, 280), (286.0, 290), (8938.0, 8940)]
)
def test_people_are_told_in_tens(estimate: float, told: int | None) -> None:
    assert views.about(share(HERE, "", estimate, measure="respondents")) == told


def test_nobody_is_told_where_nothing_was_measured() -> None:
    assert views.about(None) is None


def test_a_published_figure_stands_for_itself() -> None:
    found = headlines(everywhere(0.6, 0.7))
    assert [headline.shown for headline in found] == [headline.here for headline in found]
    assert [other.place for other in found[0].others] == [AREA, CITY]
    assert views.stand_in(found) is None


def test_the_area_stands_in_where_the_district_is_withheld() -> None:
    found = headlines(everywhere(None, None))
    assert [headline.shown and headline.shown.place for headline in found] == [AREA, AREA]
    assert [other.place for other in found[0].others] == [CITY]
    assert views.stand_in(found) is AREA


def test_nothing_stands_in_for_the_whole_page_when_one_figure_is_published() -> None:
    assert views.stand_in(headlines(everywhere(None, 0.7))) is None


def test_a_page_without_any_published_figure_shows_none() -> None:
    figures = [replace(f, estimate=None, status="withheld-few") for f in everywhere(None, None)]
    found = headlines(figures)
    assert [headline.shown for headline in found] == [None, None]
    assert views.stand_in(found) is None


def test_changes_are_those_of_the_district_or_of_what_stands_in() -> None:
    told = changes(everywhere(0.9, None), everywhere(0.4, 0.4), example.plan())
    assert told["FEEL"].place is HERE and told["FEEL"].change.changed
    assert told["FEEL"].before.estimate == 0.4
    assert told["HEARD"].place is AREA and not told["HEARD"].change.changed


def test_a_figure_that_is_new_here_is_not_compared_with_another_place() -> None:
    assert set(changes(everywhere(0.9, 0.9), everywhere(None, 0.9), example.plan())) == {"HEARD"}


def test_only_what_was_asked_in_the_same_way_is_compared() -> None:
    plan = example.plan()
    other = tuple(replace(v, headline=("very",)) if v.code == "FEEL" else v for v in plan.variables)
    told = changes(everywhere(0.9, 0.9), everywhere(0.4, 0.4), replace(plan, variables=other))
    assert set(told) == {"HEARD"}


def test_the_categories_of_a_question_stand_in_their_order_with_no_answer_apart() -> None:
    plan, asked = example.plan(), example.questionnaire()
    feel = next(variable for variable in plan.variables if variable.code == "FEEL")
    figures = [share(AREA, "FEEL", 0.2, category=category) for category in reversed(feel.categories)]
    figures += [share(AREA, f"FIRST:{option}", 0.3, category="yes") for option in ("traffic", "lighting")]
    first, second = views.answer_tables(plan, asked, FigureIndex(figures, PLACES), AREA)
    assert [row.figure.category for row in first.rows] == list(feel.categories)
    assert [row.apart for row in first.rows] == [category == NO_VALID_ANSWER for category in feel.categories]
    assert [row.figure.variable for row in second.rows] == ["FIRST:lighting", "FIRST:traffic"]
    assert second.options and not first.options


def test_figures_of_other_places_are_not_mixed_in() -> None:
    stranger = share(Place("district", "D2", {}), "FEEL", 0.1)
    assert headlines([stranger]) == ()
