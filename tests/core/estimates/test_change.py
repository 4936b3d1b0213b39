"""Changes between waves, and the false discovery rate against its definition."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.change import changes, discoveries
from backend.core.figures import Figure


def headline(estimate: float, half: float, place: str = "d1", **fields: object) -> Figure:
    figure = Figure(
        level="district",
        place=place,
        measure="share",
        variable="FEEL",
        category="",
        group_variable="",
        group="",
        base="all",
        estimate=estimate,
        low=max(0.0, estimate - half),
        high=min(1.0, estimate + half),
        n=300,
        noise_sd=0.01,
        precision="good",
        status="published",
    )
    return msgspec.structs.replace(figure, **fields)


def naive_discoveries(p_values: list[float], rate: float) -> list[bool]:
    """Benjamini and Hochberg by definition: the largest k with p_(k) <= k rate / m rejects the k smallest."""
    m = len(p_values)
    order = sorted(range(m), key=lambda i: p_values[i])
    largest = 0
    for k in range(1, m + 1):
        if p_values[order[k - 1]] <= k / m * rate:
            largest = k
    rejected = set(order[:largest])
    return [i in rejected for i in range(m)]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.floats(0, 1) | st.floats(0, 0.06), max_size=40), st.sampled_from([0.01, 0.05, 0.2]))
def test_discoveries_are_those_of_the_definition(p_values: list[float], rate: float) -> None:
    assert discoveries(p_values, rate) == naive_discoveries(p_values, rate)


def test_a_large_difference_is_a_change_and_a_small_one_is_not() -> None:
    before = [headline(0.40, 0.05, "d1"), headline(0.40, 0.05, "d2")]
    after = [headline(0.60, 0.05, "d1"), headline(0.42, 0.05, "d2")]
    large, small = changes(before, after)
    assert (large.place, large.changed, small.changed) == ("d1", True, False)
    assert large.difference == pytest.approx(0.20)
    half = (2 * 0.05**2) ** 0.5
    assert (large.low, large.high) == (pytest.approx(0.20 - half), pytest.approx(0.20 + half))


def test_a_difference_that_is_a_finding_alone_is_none_in_a_large_family() -> None:
    alone = ([headline(0.40, 0.05)], [headline(0.475, 0.05)])
    assert changes(*alone)[0].changed
    still = [headline(0.5, 0.05, f"d{i}") for i in range(2, 32)]
    assert not any(c.changed for c in changes([*alone[0], *still], [*alone[1], *still]))


def test_only_headlines_published_in_both_waves_are_compared() -> None:
    good = headline(0.4, 0.05)
    others = [
        msgspec.structs.replace(headline(0.4, 0.05, "d2"), status="withheld-few", estimate=None),
        headline(0.4, 0.05, "d3", category="very"),
        headline(0.4, 0.05, "d4", base="valid"),
        headline(0.4, 0.05, "d5", group_variable="age", group="16-34"),
        headline(0.4, 0.05, "d6", measure="respondents"),
    ]
    assert [c.place for c in changes([good, *others], [good, *others])] == ["d1"]
    assert changes([good], [headline(0.4, 0.05, "d9")]) == ()


def test_an_interval_cut_at_zero_does_not_look_more_precise() -> None:
    cut, whole = headline(0.02, 0.05), headline(0.30, 0.05)
    (change,) = changes([cut], [whole])
    assert change.high - change.difference == pytest.approx((2 * 0.05**2) ** 0.5)
