"""Pooling keeps every place and person, and leaves no unit too small unless everything together is."""

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.pooling import Unit, pool

UNITS = st.lists(st.tuples(st.integers(-40, 400), st.integers(0, 9000)), min_size=1, max_size=8)


def units_of(sizes: list[tuple[int, int]]) -> list[Unit]:
    return [Unit((f"d{i}",), float(n), float(population)) for i, (n, population) in enumerate(sizes)]


@settings(max_examples=150, deadline=None)
@given(UNITS)
def test_pooling_loses_nothing_and_leaves_nothing_small(sizes: list[tuple[int, int]]) -> None:
    units = units_of(sizes)
    pooled = pool(units, 100)
    assert sorted(place for unit in pooled for place in unit.places) == sorted(u.places[0] for u in units)
    assert sum(unit.population for unit in pooled) == sum(unit.population for unit in units)
    assert sum(unit.n for unit in pooled) == sum(unit.n for unit in units)
    assert len(pooled) == 1 or all(unit.n >= 100 for unit in pooled)


def test_large_units_stay_as_they_are() -> None:
    units = units_of([(100, 10), (250, 20)])
    assert pool(units, 100) == tuple(units)


def test_small_units_join_each_other_before_the_smallest_other() -> None:
    pooled = pool(units_of([(60, 1), (70, 2), (200, 4), (120, 8)]), 100)
    assert {unit.places for unit in pooled} == {("d0", "d1"), ("d2",), ("d3",)}
    lonely = pool(units_of([(60, 1), (200, 4), (120, 8)]), 100)
    assert {unit.places for unit in lonely} == {("d0", "d2"), ("d1",)}
