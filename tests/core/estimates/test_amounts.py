"""The noise carried along with a figure is that of the release method's formulas and of finite differences."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.amounts import (
    Amount,
    Share,
    balance_share,
    centred,
    count_share,
    mean_share,
    noise_variance,
    total,
    towards_half,
    valid_share,
)
from backend.core.crosstables import _group_share
from backend.core.measurements import Cell, Measurement, Measurements
from backend.core.readings import Readings, divided
from tests.core.estimates.synthetic import HEARD, PLAN, SIGMAS, made_up, measured


def reading(name: str, value: float) -> Amount:
    return Amount(value, {Cell("n", "district", name): 1.0})


@settings(max_examples=60, deadline=None)
@given(st.floats(-500, 5000), st.lists(st.integers(-900, 900), min_size=2, max_size=7))
def test_parts_add_up_to_the_whole(whole: float, ys: list[int]) -> None:
    parts = total(divided(reading("whole", whole), [reading(str(i), y) for i, y in enumerate(ys)]))
    assert parts.value == pytest.approx(whole, abs=1e-6)
    rest = {cell.place: coefficient for cell, coefficient in parts.follows.items() if abs(coefficient) > 1e-9}
    assert rest == {"whole": pytest.approx(1.0)}


def test_centring_removes_the_mean() -> None:
    values = centred([reading("a", 1.0), reading("b", 2.0), reading("c", 6.0)])
    assert [amount.value for amount in values] == pytest.approx([-2.0, -1.0, 3.0])


def test_the_noise_of_a_district_headline_is_the_methods() -> None:
    n, s = Amount(400.0, {Cell("n", "district", "d"): 1.0}), Amount(-120.0, {Cell("s", "district", "d"): 1.0})
    share = balance_share(n, s)
    centre = (0.35 * 400 + 2) / 404
    expected = (9.0**2 / 4 + (centre - 0.5) ** 2 * 8.0**2) / 400**2
    assert share.value == pytest.approx(0.35)
    assert noise_variance(share.follows, {"n": 8.0, "s": 9.0}) == pytest.approx(expected)


def test_the_noise_of_a_cross_table_is_the_methods() -> None:
    """With m districts and c categories the replaced variances stand in the district formula."""
    readings = Readings(PLAN, measured(PLAN, made_up({"d1": 500, "d2": 400, "d3": 1, "d4": 1})))
    share = _group_share(readings, ("north",), HEARD, "gender", "woman")
    m, c = 2, 4
    var_s = (m * SIGMAS["core_headline"] ** 2 + (c - 1) / c * SIGMAS["gender_core"] ** 2) / c**2
    var_n = m * (SIGMAS["n"] ** 2 + (c - 1) / c * SIGMAS["composition"] ** 2) / c**2
    centre = towards_half(share.value, share.n)
    expected = (var_s / 4 + (centre - 0.5) ** 2 * var_n) / share.n**2
    assert noise_variance(share.follows, SIGMAS) == pytest.approx(expected)


def test_a_weighted_mean_has_kishs_effective_number() -> None:
    shares = [Share(0.2, 100.0, 100.0, {}), Share(0.5, 300.0, 300.0, {})]
    mean = mean_share(shares, [3000.0, 1000.0])
    assert mean.value == pytest.approx(0.275)
    assert mean.n == 400.0
    assert mean.effective_n == pytest.approx(1 / (0.75**2 / 100 + 0.25**2 / 300))


def derivative(build: Callable[[list[float]], float], at: list[float], index: int) -> float:
    up, down = list(at), list(at)
    up[index] += 0.5
    down[index] -= 0.5
    return build(up) - build(down)


def test_valid_shares_follow_the_noise_like_their_finite_differences() -> None:
    """The method linearises at the interval's centre, which at this size is the estimate to within 1e-4."""
    at = [40_000.0, 9_000.0, 6_000.0]

    def share(numbers: list[float]) -> Share:
        n, yes, none = (reading(name, value) for name, value in zip(("n", "y", "m"), numbers, strict=True))
        return valid_share(count_share(n, yes), [count_share(n, none)])

    built = share(at)
    assert built.value == pytest.approx(9 / 34)
    assert built.n == pytest.approx(34_000)
    for index, name in enumerate(("n", "y", "m")):
        follows = built.follows.get(Cell("n", "district", name), 0.0)
        expected = derivative(lambda numbers: share(numbers).value, at, index)
        assert follows == pytest.approx(expected, rel=1e-3, abs=1e-8)


@settings(max_examples=60, deadline=None)
@given(st.integers(-50, 3), st.integers(-400, 400))
def test_impossible_counts_leave_the_arithmetic_defined(n: int, s: int) -> None:
    share = balance_share(reading("n", n), reading("s", s))
    assert share.n == n
    assert share.effective_n >= 1.0
    mean = mean_share([share, share], [1.0, 0.0])
    assert mean.value == pytest.approx(share.value)


def test_a_missing_sigma_is_not_taken_for_no_noise() -> None:
    block = Measurement("n", 1, "1/2", 3.0, (Cell("n", "district", "d"),), (5,))
    assert Readings(PLAN, Measurements((block,))).sigmas == {"n": 3.0}
    with pytest.raises(KeyError):
        noise_variance({Cell("other", "district", "d"): 1.0}, {"n": 3.0})
