"""Sensitivity, and that what is measured is what was counted."""

import random
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.blocks import blocks
from backend.core.measure import measure, measure_tabulation
from backend.core.tabulation import tabulate
from backend.core.vectors import exact_vector, response_vector
from tests.core import release_examples as examples
from tests.core.release_examples import any_response, plan, questionnaire, random_response, unchanged

PLAN = plan()
BLOCKS = blocks(PLAN)


def vectors(records, planned=PLAN):
    tabulation = tabulate(planned, records)
    return {block.name: exact_vector(planned, tabulation, block) for block in blocks(planned)}


@given(any_response())
@settings(max_examples=200, deadline=None)
def test_one_response_moves_each_block_by_exactly_its_declared_sensitivity(answers):
    # Never more, or the guarantee would not hold; never less, or noise would be wasted.
    assert {block.name: sum(v**2 for v in response_vector(PLAN, answers, block)) for block in BLOCKS} == {
        block.name: block.l2sq for block in BLOCKS
    }


@given(st.lists(any_response(), max_size=12), any_response())
@settings(max_examples=60, deadline=None)
def test_adding_a_response_changes_each_block_by_that_response_s_vector(records, one):
    before, after = vectors(records), vectors([*records, one])
    for block in BLOCKS:
        change = [b - a for a, b in zip(before[block.name], after[block.name], strict=True)]
        assert change == response_vector(PLAN, one, block)


def test_more_responses_than_fit_in_a_byte_are_counted():
    one = {"district": "D1", "age": "65+", "gender": "man", "housing": "flat", "FEEL": "very", "FIRST": ["adults"]}
    for times in (254, 255, 256, 70_000):
        counted = vectors(one for _ in range(times))
        assert counted == {
            block.name: [times * value for value in response_vector(PLAN, one, block)] for block in BLOCKS
        }


def test_unknown_values_leave_nothing_behind():
    records = [{key: f"typed-{i}" for key in ("district", "age", "gender", "FEEL", "OPEN")} for i in range(300)]
    ((group, row),) = tabulate(PLAN, records).rows()
    assert group == ("_elsewhere", "_not_stated", "_not_stated")
    assert row[0] == 300


def test_the_order_of_responses_does_not_matter():
    rng = random.Random(4)
    records = [random_response(rng) for _ in range(900)]
    shuffled = rng.sample(records, len(records))
    assert vectors(records) == vectors(shuffled)


def test_counts_can_be_read_between_two_responses():
    tabulation = tabulate(PLAN, [{"district": "D1"}])
    n = next(block for block in BLOCKS if block.name == "n")
    assert exact_vector(PLAN, tabulation, n) == [1, 0, 0, 0]
    tabulation.add({"district": "nowhere"})
    assert exact_vector(PLAN, tabulation, n) == [1, 0, 0, 1]


def test_known_figures_of_three_responses():
    records = [
        {"district": "D1", "age": "65+", "gender": "woman", "FEEL": "very", "HEARD": "no"},
        {"district": "D3", "age": "65+", "gender": "_prefer_not", "FEEL": "_dont_know", "HEARD": "yes"},
        {"district": "D1", "FEEL": "not", "REPORTED": "_not_shown", "FIRST": ["lighting", "lighting"]},
    ]
    measured = measure(PLAN, records, unchanged)
    values = {
        (c.block, c.place, c.variable, c.category, c.group): v
        for block in measured.blocks
        for c, v in zip(block.cells, block.values, strict=True)
    }
    assert values["n", "D1", "", "", ""] == 2
    assert values["composition", "D1", "", "", "65+"] == 4 * 1 - 2
    assert values["core_headline", "D1", "FEEL", "", ""] == 1 - 1
    assert values["core_headline", "D3", "FEEL", "", ""] == -1
    assert values["detail", "north", "FEEL", "_no_valid_answer", ""] == 5 * 1 - 3
    assert values["detail", "north", "REPORTED", "_not_shown", ""] == 5 * 1 - 3
    assert values["detail", "north", "FIRST:lighting", "yes", ""] == 3 * 1 - 3
    assert values["detail", "north", "FIRST:traffic", "no", ""] == 3 * 1 - 3
    assert values["age_core", "north", "HEARD", "", "65+"] == 4 * (1 - 1) - (1 - 2)
    assert values["gender_core", "north", "FEEL", "", "woman"] == 4 * 1 - (1 - 2)
    assert values["detail", "south", "housing", "flat", ""] == 0


def test_composition_tells_age_from_gender():
    measured = measure(PLAN, [{"district": "D1", "age": "65+"}], unchanged)
    composition = next(block for block in measured.blocks if block.block == "composition")
    by_band = {
        (cell.group_variable, cell.group): value
        for cell, value in zip(composition.cells, composition.values, strict=True)
        if cell.place == "D1"
    }
    assert by_band["age", "_not_stated"] == -1
    assert by_band["gender", "_not_stated"] == 3


@pytest.mark.parametrize("background", [(), (examples.AGE,), (examples.GENDER, examples.HOUSING)])
def test_groupings_that_are_not_asked_are_not_measured(background):
    planned = plan(asked=questionnaire(background=background))
    one = {"district": "D2", "age": "65+", "gender": "man", "FEEL": "very"}
    counted = vectors([one] * 3, planned)
    for block in blocks(planned):
        assert counted[block.name] == [3 * value for value in response_vector(planned, one, block)]


def test_measurements_say_what_was_drawn_and_at_what_charge():
    drawn = []

    def draw(vector, sigma):
        drawn.append((list(vector), sigma))
        return [value + 1 for value in vector]

    records = [random_response(random.Random(7)) for _ in range(20)]
    measured = measure(PLAN, records, draw)
    for block, measurement, (vector, sigma) in zip(BLOCKS, measured.blocks, drawn, strict=True):
        assert (measurement.block, measurement.cells, measurement.l2sq) == (block.name, block.cells, block.l2sq)
        assert list(measurement.values) == [value + 1 for value in vector]
        assert measurement.sigma == sigma
        assert Fraction(measurement.rho) == block.rho
        assert Fraction(block.l2sq) / (2 * Fraction(sigma) ** 2) <= block.rho
    assert measured == measure_tabulation(PLAN, tabulate(PLAN, records), draw)


def test_a_noise_source_that_loses_cells_is_refused():
    with pytest.raises(ValueError, match="values were drawn"):
        measure(PLAN, [], lambda vector, sigma: list(vector)[1:])
