"""Pooling of places that are too small to stand alone, before population weights are applied."""

from collections.abc import Sequence

import msgspec


class Unit(msgspec.Struct, frozen=True):
    """Places treated as one: their codes, noisy number of respondents, and population (persons)."""

    places: tuple[str, ...]
    n: float
    population: float


def pool(units: Sequence[Unit], minimum: float) -> tuple[Unit, ...]:
    """Joins the units below `minimum` noisy respondents into one; the others stay as they are.

    While the joined unit is still below the minimum, the smallest other unit joins it: a share of a handful
    of noisy respondents would carry its whole population's weight. If everything together is below the
    minimum, one unit remains, and whoever publishes it applies the row rule. Places and population are never
    lost.
    """
    small = [unit for unit in units if unit.n < minimum]
    if not small:
        return tuple(units)
    joined = join(small)
    rest = [unit for unit in units if unit.n >= minimum]
    while joined.n < minimum and rest:
        smallest = min(rest, key=lambda unit: (unit.n, unit.places))
        rest.remove(smallest)
        joined = join((joined, smallest))
    return (*rest, joined)


def join(units: Sequence[Unit]) -> Unit:
    """Several units as one."""
    places = tuple(place for unit in units for place in unit.places)
    return Unit(places, sum(unit.n for unit in units), sum(unit.population for unit in units))
