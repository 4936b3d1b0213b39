"""The blocks of a release: which cells are measured together, how far one response moves them, what they cost.

Squared sensitivities are exact integers, charges exact fractions. The unit of privacy is one whole response,
added or removed. Every response falls into exactly one category of each variable and each grouping, which is
what the squared sensitivities below rest on: a centred table of c categories moves by c - 1 in one cell and by
-1 in the c - 1 others, so its square is (c - 1)² + (c - 1) = c(c - 1).
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

import msgspec

from backend.core.measurements import Cell
from backend.core.plan import AGE, GENDER, Plan, areas, core_variables, groupings

N, COMPOSITION, CORE_HEADLINE, DETAIL = "n", "composition", "core_headline", "detail"
AGE_CORE, GENDER_CORE = "age_core", "gender_core"
CROSSED = {AGE_CORE: AGE, GENDER_CORE: GENDER}
"""The cross-tables and the grouping each one crosses the core indicators with."""


class BlockPlan(msgspec.Struct, frozen=True):
    """A block to be measured: exact squared sensitivity `l2sq`, charge `rho`, `cells` in their fixed order."""

    name: str
    level: Literal["district", "area"]
    l2sq: int
    rho: Fraction
    cells: tuple[Cell, ...]


def progress_rho(plan: Plan) -> Fraction:
    """What the wave's progress looks cost: each is a count (sensitivity 1) with noise of `look_sigma`."""
    return Fraction(plan.looks, 2 * plan.look_sigma**2)


def blocks(plan: Plan) -> tuple[BlockPlan, ...]:
    """The blocks that the plan measures, in their fixed order.

    A block without cells (no core question, a grouping that is not asked) is left out and not charged. Raises
    ValueError when the plan names an unknown block, when its shares are not positive or exceed the whole, or
    when its rho does not pay for more than the progress looks.
    """
    shares = _shares(plan)
    spendable = Fraction(plan.rho) - progress_rho(plan)
    if spendable <= 0:
        raise ValueError(f"rho {plan.rho} does not pay for more than the progress looks")
    planned = []
    for name, definition in _DEFINITIONS.items():
        l2sq = definition.l2sq(plan, name)
        if name in shares and l2sq > 0:
            cells = tuple(cell for place in _places(plan, definition) for cell in definition.cells(plan, name, place))
            planned.append(BlockPlan(name, definition.level, l2sq, shares[name] * spendable, cells))
    return tuple(planned)


def charge(plan: Plan) -> Fraction:
    """What the release costs in rho, progress looks included; never more than the plan's rho."""
    return sum((block.rho for block in blocks(plan)), progress_rho(plan))


def _shares(plan: Plan) -> dict[str, Fraction]:
    shares = {name: Fraction(share) for name, share in plan.shares.items()}
    if unknown := shares.keys() - _DEFINITIONS.keys():
        raise ValueError(f"the plan shares budget with an unknown block: {min(unknown)}")
    if any(share <= 0 for share in shares.values()) or sum(shares.values()) > 1:
        raise ValueError("the blocks' shares have to be positive and at most 1 together")
    return shares


def _centred_l2sq(categories: tuple[str, ...]) -> int:
    return len(categories) * (len(categories) - 1)


def _n_l2sq(plan: Plan, name: str) -> int:
    return 1


def _composition_l2sq(plan: Plan, name: str) -> int:
    return sum(_centred_l2sq(categories) for categories in groupings(plan).values())


def _headline_l2sq(plan: Plan, name: str) -> int:
    return len(core_variables(plan))


def _detail_l2sq(plan: Plan, name: str) -> int:
    return sum(_centred_l2sq(variable.categories) for variable in plan.variables)


def _crossed_l2sq(plan: Plan, name: str) -> int:
    return _centred_l2sq(groupings(plan).get(CROSSED[name], ())) * len(core_variables(plan))


def _n_cells(plan: Plan, name: str, place: str) -> Iterator[Cell]:
    yield Cell(name, "district", place)


def _composition_cells(plan: Plan, name: str, place: str) -> Iterator[Cell]:
    for grouping, categories in groupings(plan).items():
        for group in categories:
            yield Cell(name, "district", place, group_variable=grouping, group=group)


def _headline_cells(plan: Plan, name: str, place: str) -> Iterator[Cell]:
    for variable in core_variables(plan):
        yield Cell(name, "district", place, variable.code)


def _detail_cells(plan: Plan, name: str, place: str) -> Iterator[Cell]:
    for variable in plan.variables:
        for category in variable.categories:
            yield Cell(name, "area", place, variable.code, category)


def _crossed_cells(plan: Plan, name: str, place: str) -> Iterator[Cell]:
    grouping = CROSSED[name]
    for variable in core_variables(plan):
        for group in groupings(plan)[grouping]:
            yield Cell(name, "area", place, variable.code, group_variable=grouping, group=group)


class _Definition(NamedTuple):
    level: Literal["district", "area"]
    l2sq: Callable[[Plan, str], int]
    cells: Callable[[Plan, str, str], Iterator[Cell]]


_DEFINITIONS = {
    N: _Definition("district", _n_l2sq, _n_cells),
    COMPOSITION: _Definition("district", _composition_l2sq, _composition_cells),
    CORE_HEADLINE: _Definition("district", _headline_l2sq, _headline_cells),
    DETAIL: _Definition("area", _detail_l2sq, _detail_cells),
    AGE_CORE: _Definition("area", _crossed_l2sq, _crossed_cells),
    GENDER_CORE: _Definition("area", _crossed_l2sq, _crossed_cells),
}


def _places(plan: Plan, definition: _Definition) -> list[str]:
    if definition.level == "area":
        return list(areas(plan))
    return [district.code for district in plan.districts]
