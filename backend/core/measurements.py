"""The noisy integers of a release and the cells they belong to; everything published derives from these alone."""

from collections.abc import Callable, Sequence

import msgspec

Draw = Callable[[Sequence[int], float], list[int]]
"""Adds discrete Gaussian noise of the given sigma to an integer vector. The only way into the noise."""


class Cell(msgspec.Struct, frozen=True, gc=False):
    """One measured number: where (`level` district or area, `place` its code) and what.

    `variable` is a plan variable's code (empty for `n`), `category` one of its categories (empty for a headline
    balance S), `group_variable` is `age` or `gender` (or empty) and `group` one of its categories.
    For block `composition` the variable is empty and group_variable/group say which band is counted.
    """

    block: str
    level: str
    place: str
    variable: str = ""
    category: str = ""
    group_variable: str = ""
    group: str = ""


class Measurement(msgspec.Struct, frozen=True):
    """One block as drawn: `values[i]` is the noisy integer of `cells[i]`, noise standard deviation `sigma`.

    `l2sq` is the block's exact squared sensitivity, `rho` its charge as fraction text.
    """

    block: str
    l2sq: int
    rho: str
    sigma: float
    cells: tuple[Cell, ...]
    values: tuple[int, ...]


class Measurements(msgspec.Struct, frozen=True):
    """All blocks of one draw."""

    blocks: tuple[Measurement, ...]
