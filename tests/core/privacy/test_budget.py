import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.budget import YEARLY_CAPS, epsilon, left, may_charge

HAIR = Fraction(1, 10**30)


def log_delta(rho: float, eps: float) -> float:
    """log delta of rho-zCDP at `eps`, by the root of the derivative instead of a search for the minimum.

    Canonne, Kamath and Steinke (2020), section 2.3, solved for delta: the derivative in alpha of its logarithm
    is (2 alpha - 1) rho - eps + log(1 - 1/alpha), which only rises.
    """
    low, high = 1e-13, 1e13
    for _ in range(300):
        middle = math.sqrt(low * high)
        if (2 * middle + 1) * rho - eps + math.log(middle) - math.log1p(middle) < 0:
            low = middle
        else:
            high = middle
    order = 1 + low
    return low * (order * rho - eps) - math.log(low) + order * (math.log(low) - math.log1p(low))


def independent_epsilon(rho: float, delta: float) -> float:
    low, high = 0.0, rho + 2 * math.sqrt(rho * math.log(1 / delta)) + 1
    for _ in range(200):
        middle = (low + high) / 2
        if log_delta(rho, middle) > math.log(delta):
            low = middle
        else:
            high = middle
    return high


@pytest.mark.parametrize("rho", [0.006, 0.05, 0.1, 0.2, 0.35, 1.0, 5.25])
@pytest.mark.parametrize("delta", [1e-9, 1e-6, 1e-3])
def test_epsilon_equals_an_independent_formula(rho, delta):
    assert abs(epsilon(rho, delta) - independent_epsilon(rho, delta)) < 1e-9


@pytest.mark.parametrize(
    ("rho", "expected"), [(Fraction(1, 5), "3.1"), (Fraction(7, 20), "4.3"), (Fraction(21, 4), "21.2")]
)
def test_epsilon_is_what_the_method_promises_residents(rho, expected):
    assert f"{epsilon(rho, 1e-6):.1f}" == expected


@given(st.floats(1e-6, 50), st.floats(1e-12, 0.1))
@settings(max_examples=100, deadline=None)
def test_epsilon_is_tighter_than_the_simple_bound_and_grows_with_rho(rho, delta):
    # Bun and Steinke (2016), proposition 1.3.
    assert 0 <= epsilon(rho, delta) < rho + 2 * math.sqrt(rho * math.log(1 / delta))
    assert epsilon(rho, delta) <= epsilon(rho * 1.01, delta)


def test_no_loss_is_epsilon_zero_and_nonsense_is_refused():
    assert epsilon(Fraction(0), 1e-6) == 0
    for rho, delta in [(-0.1, 1e-6), (0.1, 0.0), (0.1, 1.0)]:
        with pytest.raises(ValueError, match="rho"):
            epsilon(rho, delta)


def test_the_yearly_caps_are_exact():
    assert {"waves": Fraction(2, 10), "reports": Fraction(1, 10), "corrections": Fraction(5, 100)} == YEARLY_CAPS


def test_a_cap_holds_to_the_last_digit():
    cap = YEARLY_CAPS["waves"]
    assert may_charge(cap, [], cap)
    assert not may_charge(cap, [], cap + HAIR)
    assert may_charge(cap, [Fraction(1, 10)], Fraction(1, 10))
    assert not may_charge(cap, [Fraction(1, 10), HAIR], Fraction(1, 10))
    assert may_charge(cap, [Fraction(1, 10), HAIR], Fraction(1, 10) - HAIR)


def test_nothing_and_less_than_nothing_cannot_be_charged():
    assert not may_charge(Fraction(1), [], Fraction(0))
    assert not may_charge(Fraction(1), [], -HAIR)
    with pytest.raises(ValueError, match="negative"):
        may_charge(Fraction(1), [Fraction(-1)], Fraction(1, 2))


def test_rounded_numbers_are_refused():
    for call in (
        lambda: may_charge(Fraction(1, 5), [], 0.2),
        lambda: may_charge(Fraction(1, 5), [0.1], Fraction(1, 10)),
        lambda: left(0.2, []),
    ):
        with pytest.raises(TypeError, match="exact fraction"):
            call()


@given(st.lists(st.fractions(min_value=0, max_value=1, max_denominator=10**9), max_size=8))
@settings(max_examples=30, deadline=None)
def test_charges_that_were_allowed_never_pass_the_cap(amounts):
    cap, charged = Fraction(1), []
    for amount in amounts:
        if may_charge(cap, charged, amount):
            charged.append(amount)
    assert sum(charged, Fraction(0)) <= cap
    assert left(cap, charged) == cap - sum(charged, Fraction(0))
