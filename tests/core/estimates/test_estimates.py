"""Figures of exact measurements equal the truth; figures of noisy ones obey the rules."""

from collections.abc import Callable
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.estimates import estimate
from backend.core.figures import Figure
from backend.core.measurements import Measurements
from tests.core.estimates.synthetic import (
    FEEL,
    HEARD,
    PLAN,
    Response,
    find,
    gaussian,
    made_up,
    measured,
    share_of,
)

SIZES = {"d1": 400, "d2": 300, "d3": 500, "d4": 250, "_elsewhere": 120}
PEOPLE = made_up(SIZES)
FIGURES = estimate(PLAN, measured(PLAN, PEOPLE))


def of(*districts: str) -> list[Response]:
    return [person for person in PEOPLE if person.district in districts]


def answered(variable: str, *categories: str) -> Callable[[Response], bool]:
    return lambda person: person.answers[variable] in categories


def weighted(north: float, south: float) -> float:
    return (5000 * north + 3500 * south) / 8500


def test_counts_of_districts_areas_and_city_are_those_of_the_respondents() -> None:
    n = {f.place: f.estimate for f in FIGURES if f.measure == "respondents" and not f.group}
    assert n == {"city": 1570, "north": 700, "south": 750, "_elsewhere": 120, **SIZES}


def test_a_district_headline_is_the_share_of_all_its_respondents() -> None:
    truth = share_of(of("d3"), answered("FEEL", "very", "fairly"))
    figure = find(FIGURES, level="district", place="d3", variable="FEEL")
    assert figure.estimate == pytest.approx(truth)
    assert figure.low is not None and figure.high is not None
    assert figure.low < truth < figure.high
    assert figure.n == 500


def test_area_and_city_headlines_weight_districts_by_population() -> None:
    p = {code: share_of(of(code), answered("HEARD", "yes")) for code in ("d1", "d2", "d3", "d4")}
    north, south = 0.8 * p["d1"] + 0.2 * p["d2"], (3000 * p["d3"] + 500 * p["d4"]) / 3500
    assert find(FIGURES, level="area", place="north", variable="HEARD").estimate == pytest.approx(north)
    city = find(FIGURES, level="city", variable="HEARD")
    assert city.estimate == pytest.approx(weighted(north, south))
    assert city.n == 1450


def test_a_small_district_is_withheld_and_pooled_within_its_area() -> None:
    people = [p for p in PEOPLE if p.district != "d2"] + of("d2")[:60]
    figures = estimate(PLAN, measured(PLAN, people))
    small = find(figures, level="district", place="d2", variable="FEEL")
    assert (small.status, small.precision, small.estimate, small.n) == ("withheld-few", "withheld", None, 60)
    pooled = share_of(of("d1") + of("d2")[:60], answered("FEEL", "very", "fairly"))
    assert find(figures, level="area", place="north", variable="FEEL").estimate == pytest.approx(pooled)


def test_respondents_from_elsewhere_count_in_no_share() -> None:
    with_them = [f for f in FIGURES if f.measure == "share"]
    others = [person for person in PEOPLE if person.district != "_elsewhere"]
    assert with_them == [f for f in estimate(PLAN, measured(PLAN, others)) if f.measure == "share"]
    assert not [f for f in with_them if f.place == "_elsewhere"]


def test_detail_without_a_core_headline_is_the_share_of_respondents_weighted_by_area() -> None:
    north = share_of(of("d1", "d2"), answered("PRIO:light", "yes"))
    south = share_of(of("d3", "d4"), answered("PRIO:light", "yes"))
    area = find(FIGURES, level="area", place="south", variable="PRIO:light", category="yes")
    city = find(FIGURES, level="city", variable="PRIO:light", category="yes")
    assert area.estimate == pytest.approx(south)
    assert city.estimate == pytest.approx(weighted(north, south))


def test_valid_base_leaves_out_missing_answers_and_questions_not_shown() -> None:
    asked = [p for p in of("d3", "d4") if p.answers["PRIO:light"] in ("yes", "no")]
    truth = share_of(asked, answered("PRIO:light", "yes"))
    figure = find(FIGURES, level="area", place="south", variable="PRIO:light", category="yes", base="valid")
    assert figure.estimate == pytest.approx(truth)
    assert figure.n == len(asked)
    missing = {"_no_valid_answer", "_not_shown"}
    assert not [f for f in FIGURES if f.base == "valid" and f.category in missing]
    assert not [f for f in FIGURES if f.base == "valid" and f.level == "district"]


def test_core_detail_is_fitted_to_the_weighted_headline() -> None:
    noisy = estimate(PLAN, measured(PLAN, PEOPLE, gaussian(5)))
    for place in ("city", "north", "south"):
        shares = {
            f.category: f.estimate
            for f in noisy
            if f.place == place and f.variable == "FEEL" and f.measure == "share" and f.base == "all"
            if not f.group
        }
        assert None not in shares.values()
        inside = sum(shares[category] or 0.0 for category in FEEL.headline)
        assert inside == pytest.approx(shares[""])
        assert sum(value or 0.0 for category, value in shares.items() if category) == pytest.approx(1.0)


def test_a_category_that_is_the_whole_headline_has_the_headlines_interval() -> None:
    noisy = estimate(PLAN, measured(PLAN, PEOPLE, gaussian(6)))
    for base in ("all", "valid"):
        headline = find(noisy, level="area", place="north", variable="HEARD", base=base)
        category = find(noisy, level="area", place="north", variable="HEARD", category="yes", base=base)
        for name in ("estimate", "low", "high", "noise_sd"):
            assert getattr(category, name) == pytest.approx(getattr(headline, name)), name
        assert category.n == headline.n
    assert HEARD.headline == ("yes",)


def test_cross_tables_are_the_groups_shares() -> None:
    women = {
        area: share_of([p for p in of(*codes) if p.gender == "woman"], answered("HEARD", "yes"))
        for area, codes in {"north": ("d1", "d2"), "south": ("d3", "d4")}.items()
    }
    where = {"variable": "HEARD", "group_variable": "gender", "group": "woman"}
    assert find(FIGURES, level="area", place="north", **where).estimate == pytest.approx(women["north"])
    city = find(FIGURES, level="city", **where)
    assert city.estimate == pytest.approx(weighted(women["north"], women["south"]))


def test_small_groups_are_in_no_cross_table_and_other_is_counted_for_the_city_only() -> None:
    crossed = {f.group for f in FIGURES if f.measure == "share" and f.group}
    assert crossed == {"16-34", "35-64", "65-", "woman", "man"}
    assert {f.level for f in FIGURES if f.group == "other"} == {"city"}


def test_composition_counts_add_up_to_the_respondents() -> None:
    noisy = estimate(PLAN, measured(PLAN, PEOPLE, gaussian(7)))
    counts = [f for f in noisy if f.level == "city" and f.group_variable == "gender" and f.measure != "share"]
    city = find(noisy, level="city", measure="respondents")
    assert sum(f.estimate or 0.0 for f in counts) == pytest.approx(city.estimate)


def test_figures_are_told_apart_by_their_identifying_fields() -> None:
    def key(f: Figure) -> tuple[str, ...]:
        return (f.level, f.place, f.measure, f.variable, f.category, f.group_variable, f.group, f.base)

    assert len({key(f) for f in FIGURES}) == len(FIGURES)


def test_a_block_that_was_not_measured_yields_no_figures() -> None:
    everything = measured(PLAN, PEOPLE)
    kept = tuple(block for block in everything.blocks if block.block in ("n", "core_headline"))
    figures = estimate(PLAN, Measurements(kept))
    assert {f.measure for f in figures} == {"share", "respondents"}
    assert not [f for f in figures if f.category or f.group]


def test_a_questionnaire_without_gender_has_no_gender_figures() -> None:
    plan = msgspec.structs.replace(PLAN, gender_categories=())
    blocks = [block for block in measured(plan, PEOPLE).blocks if block.cells]
    figures = estimate(plan, Measurements(tuple(blocks)))
    assert {f.group_variable for f in figures} == {"", "age"}


def test_a_missing_cell_and_a_repeated_cell_are_refused() -> None:
    n, *others = measured(PLAN, PEOPLE).blocks
    short = msgspec.structs.replace(n, cells=n.cells[1:], values=n.values[1:])
    with pytest.raises(ValueError, match="lack this cell"):
        estimate(PLAN, Measurements((short, *others)))
    with pytest.raises(ValueError, match="twice"):
        estimate(PLAN, Measurements((n, n, *others)))


def test_without_population_the_respondents_are_the_weights() -> None:
    places = tuple(msgspec.structs.replace(d, population=0.0) for d in PLAN.districts)
    plan = msgspec.structs.replace(PLAN, districts=places)
    truth = share_of(of("d1", "d2", "d3", "d4"), answered("FEEL", "very", "fairly"))
    assert find(estimate(plan, measured(plan, PEOPLE)), level="city", variable="FEEL").estimate == (
        pytest.approx(truth)
    )


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 130), min_size=5, max_size=5), st.integers(0, 2**32))
def test_any_release_is_whole(sizes: list[int], seed: int) -> None:
    """Nothing raises, counts add up, and every row is either complete and in range or withheld and empty."""
    people = made_up(dict(zip(SIZES, sizes, strict=True)), seed)
    measurements = measured(PLAN, people, gaussian(seed))
    figures = estimate(PLAN, measurements)
    counts = dict(zip(("d1", "d2", "d3", "d4", "_elsewhere"), measurements.blocks[0].values, strict=True))
    expected = {"city": sum(counts.values()), "north": counts["d1"] + counts["d2"], **counts}
    for place, n in expected.items():
        level = "city" if place == "city" else "area" if place == "north" else "district"
        assert find(figures, level=level, place=place, measure="respondents", variable="").n == max(0, n)
    for figure in figures:
        numbers = (figure.estimate, figure.low, figure.high, figure.noise_sd)
        if figure.status != "published":
            assert (numbers, figure.precision) == ((None,) * 4, "withheld")
        elif figure.measure == "share":
            estimated, low, high, _ = numbers
            assert estimated is not None and low is not None and high is not None
            assert 0.0 <= low <= estimated <= high <= 1.0
            minimum = PLAN.rules.cross_minimum if figure.group else PLAN.rules.row_minimum
            assert figure.n >= minimum


def test_the_order_of_figures_does_not_depend_on_the_values() -> None:
    source = Random(3)
    shuffled = list(PEOPLE)
    source.shuffle(shuffled)
    again = estimate(PLAN, measured(PLAN, shuffled[:900], gaussian(11)))
    assert [(f.level, f.place, f.variable, f.category, f.group) for f in again] == [
        (f.level, f.place, f.variable, f.category, f.group) for f in FIGURES
    ]
