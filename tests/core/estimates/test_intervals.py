"""Intervals by hand, and the publication rules at their very edges."""

import pytest

from backend.core.amounts import Amount, Share
from backend.core.intervals import (
    Subject,
    count_figure,
    precision_of,
    share_figure,
    share_interval,
    status_of,
)
from backend.core.measurements import Cell
from backend.core.plan import Rules

RULES = Rules()
PLACE = Subject("district", "d1", "FEEL")


def test_the_interval_is_the_one_of_the_method() -> None:
    centre, half = share_interval(0.3, 200.0, 0.0004)
    assert centre == pytest.approx(62 / 204)
    assert half == pytest.approx(1.96 * (62 / 204 * 142 / 204 / 204 + 0.0004) ** 0.5)


def test_an_estimate_outside_the_range_is_clipped_and_keeps_its_interval() -> None:
    figure = share_figure(PLACE, Share(-0.02, 150.0, 150.0, {}), 100, RULES, {})
    assert figure.estimate == 0.0
    assert figure.low == 0.0
    assert figure.high == pytest.approx(2 / 154 + 1.96 * (2 / 154 * 152 / 154 / 154) ** 0.5)


@pytest.mark.parametrize(
    ("n", "half_width", "status"),
    [
        (100, 0.15, "published"),
        (99.9, 0.01, "withheld-few"),
        (100, 0.1501, "withheld-imprecise"),
        (99.9, 0.9, "withheld-few"),
    ],
)
def test_the_row_rule_and_the_width_rule(n: float, half_width: float, status: str) -> None:
    assert status_of(n, 100, half_width, RULES) == status


def test_nobody_is_never_published_even_without_a_threshold() -> None:
    assert status_of(0.4, 0, 0.01, RULES) == "withheld-few"


def test_wide_figures_are_marked_uncertain() -> None:
    assert precision_of(0.10, RULES) == "good"
    assert precision_of(0.1001, RULES) == "uncertain"


def test_a_count_covers_the_noise_alone_and_is_shown_from_zero() -> None:
    noisy = Amount(-7.0, {Cell("n", "district", "d1"): 1.0})
    figure = count_figure(Subject("district", "d1"), noisy, {"n": 10.0})
    assert (figure.estimate, figure.low, figure.n, figure.noise_sd) == (0.0, 0.0, 0, 10.0)
    assert figure.high == pytest.approx(-7.0 + 19.6)
