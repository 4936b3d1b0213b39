import math
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.blocks import blocks, charge, progress_rho
from backend.core.calibration import certifies_exactly, smallest_sigma
from backend.core.plan import areas
from tests.core import release_examples as examples
from tests.core.release_examples import city_plan, plan, question, questionnaire

rhos = st.fractions(min_value=Fraction(7, 1000), max_value=2, max_denominator=10**6)


def test_squared_sensitivities_of_the_city_s_plan():
    l2sq = {block.name: block.l2sq for block in blocks(city_plan(Fraction(1, 5)))}
    detail = 19 * 6 * 5 + 7 * 3 * 2 + 3 * 2
    assert l2sq == {
        "n": 1,
        "composition": 6 * 5 + 4 * 3,
        "core_headline": 10,
        "detail": detail,
        "age_core": 6 * 5 * 10,
        "gender_core": 4 * 3 * 10,
    }


def test_cells_are_as_many_as_the_method_says_and_never_twice():
    planned = city_plan(Fraction(1, 5))
    cells = {block.name: block.cells for block in blocks(planned)}
    districts, area_count = 32, 10
    assert len(areas(planned)) == area_count
    assert {name: len(group) for name, group in cells.items()} == {
        "n": districts,
        "composition": districts * (6 + 4),
        "core_headline": districts * 10,
        "detail": area_count * (19 * 6 + 7 * 3 + 3),
        "age_core": area_count * 10 * 6,
        "gender_core": area_count * 10 * 4,
    }
    every = [cell for group in cells.values() for cell in group]
    assert len(set(every)) == len(every)
    assert all(cell.block == name and cell.level in ("district", "area") for name in cells for cell in cells[name])


def test_progress_looks_cost_what_the_method_says():
    assert progress_rho(plan()) == Fraction(6, 1000)


@given(rhos)
@settings(max_examples=25, deadline=None)
def test_the_charge_is_exact_and_never_above_the_plan_s_rho(rho):
    planned = plan(rho)
    measured = blocks(planned)
    spendable = rho - Fraction(6, 1000)
    assert charge(planned) == Fraction(87, 100) * spendable + Fraction(6, 1000)
    assert sum((block.rho for block in measured), Fraction(0)) <= spendable
    assert charge(planned) <= rho


@given(rhos)
@settings(max_examples=25, deadline=None)
def test_the_noise_pays_for_the_charge_and_wastes_nearly_nothing(rho):
    wasted = Fraction(0)
    for block in blocks(plan(rho)):
        sigma = smallest_sigma(block.l2sq, block.rho)
        loss = Fraction(block.l2sq) / (2 * Fraction(sigma) ** 2)
        assert loss <= block.rho
        wasted += block.rho - loss
    assert wasted < Fraction(1, 10**9)


def test_shares_that_exceed_the_whole_or_name_no_block_are_refused():
    planned = plan()
    for shares, fault in [
        ({**planned.shares, "detail": "1/2"}, "at most 1 together"),
        ({**planned.shares, "detail": "0"}, "positive"),
        ({**planned.shares, "rumours": "1/100"}, "unknown block: rumours"),
    ]:
        with pytest.raises(ValueError, match=fault):
            blocks(msgspec.structs.replace(planned, shares=shares))


def test_a_plan_that_only_pays_for_its_looks_is_refused():
    with pytest.raises(ValueError, match="progress looks"):
        charge(msgspec.structs.replace(plan(), rho="6/1000"))


def test_a_block_without_cells_is_neither_measured_nor_charged():
    without_core = questionnaire(question("A", "single", "a", "b"), background=(examples.AGE,))
    planned = plan(asked=without_core)
    assert [block.name for block in blocks(planned)] == ["n", "composition", "detail"]
    assert charge(planned) == Fraction(8 + 6 + 9, 100) * Fraction(194, 1000) + Fraction(6, 1000)


def test_the_sigma_is_the_smallest_float_that_pays():
    for l2sq in (1, 10, 42, 638):
        sigma = smallest_sigma(l2sq, Fraction(1, 97))
        assert certifies_exactly(sigma, l2sq, Fraction(1, 97))
        assert not certifies_exactly(math.nextafter(sigma, 0.0), l2sq, Fraction(1, 97))


def test_a_second_opinion_raises_the_sigma_and_its_refusal_is_an_error():
    exact = smallest_sigma(10, Fraction(1, 50))
    stricter = smallest_sigma(10, Fraction(1, 50), lambda sigma, l2sq, rho: sigma > exact)
    assert exact < stricter < exact * (1 + 1e-12)
    with pytest.raises(ArithmeticError, match="certified"):
        smallest_sigma(10, Fraction(1, 50), lambda sigma, l2sq, rho: False)
    with pytest.raises(ValueError, match="no sigma"):
        smallest_sigma(10, Fraction(0))
