"""A block's exact integers: from the counts of all responses, and from one response alone.

The two ways share no arithmetic on purpose. `exact_vector` is what a release measures; `response_vector` says
what a single response contributes, straight from the definitions, and the tests hold the first to the second.
"""

from collections.abc import Callable, Iterable
from operator import add

from backend.core.blocks import (
    AGE_CORE,
    COMPOSITION,
    CORE_HEADLINE,
    DETAIL,
    GENDER_CORE,
    BlockPlan,
    N,
)
from backend.core.measurements import Cell
from backend.core.plan import AGE, DISTRICT, GENDER, Plan, Variable, areas, groupings
from backend.core.questions import ELSEWHERE, NO, NO_VALID_ANSWER, NOT_SHOWN, NOT_STATED, YES
from backend.core.tabulation import Answers, Tabulation

_Margins = dict[tuple[str, str, str], list[int]]
"""Summed rows of a tabulation by place, grouping and group (the last two empty for everyone of the place)."""


def exact_vector(plan: Plan, tabulation: Tabulation, block: BlockPlan) -> list[int]:
    """The block's exact integers, aligned with `block.cells`; private, so nothing but the noise may see them."""
    margins = _margins(plan, tabulation, block)
    counts = _Counts(plan, tabulation, margins)
    value = _VALUES[block.name]
    return [value(counts, cell) for cell in block.cells]


def response_vector(plan: Plan, answers: Answers, block: BlockPlan) -> list[int]:
    """What this one response adds to each of the block's cells; its squared norm is at most `block.l2sq`."""
    place = answers.get(DISTRICT)
    if not any(place == district.code for district in plan.districts):
        place = ELSEWHERE
    if block.level == "area":
        place = next(area for area, members in areas(plan).items() if place in members)
    groups = {name: _group_of(answers.get(name), categories) for name, categories in groupings(plan).items()}
    chosen = {variable.code: _category_of(plan, variable, answers) for variable in plan.variables}
    variables = {variable.code: variable for variable in plan.variables}
    vector = []
    for cell in block.cells:
        added = 0
        if cell.place == place:
            added = 1
            if cell.variable and not cell.category:
                added = 1 if chosen[cell.variable] in variables[cell.variable].headline else -1
            if cell.category:
                size = len(variables[cell.variable].categories)
                added *= size - 1 if chosen[cell.variable] == cell.category else -1
            if cell.group:
                size = len(groupings(plan)[cell.group_variable])
                added *= size - 1 if groups[cell.group_variable] == cell.group else -1
        vector.append(added)
    return vector


def _group_of(value: object, categories: tuple[str, ...]) -> str:
    return value if isinstance(value, str) and value in categories else NOT_STATED


def _category_of(plan: Plan, variable: Variable, answers: Answers) -> str:
    """The one category of the variable that a response falls into."""
    value = answers.get(variable.question)
    if isinstance(value, str) and value == NOT_SHOWN and NOT_SHOWN in variable.categories:
        return NOT_SHOWN
    if variable.option is None:
        return value if isinstance(value, str) and value in variable.categories else NO_VALID_ANSWER
    siblings = [v.option for v in plan.variables if v.question == variable.question]
    if not isinstance(value, list) or not any(option in value for option in siblings):
        return NO_VALID_ANSWER
    return YES if variable.option in value else NO


def _margins(plan: Plan, tabulation: Tabulation, block: BlockPlan) -> _Margins:
    """The sums that the block needs: by district or by area, and by the groupings that its cells name."""
    place_of = {district.code: district.code for district in plan.districts}
    if block.level == "area":
        place_of = {district.code: district.area for district in plan.districts}
    wanted = {cell.group_variable for cell in block.cells} | {""}
    margins: _Margins = {}
    for (district, age, gender), row in tabulation.rows():
        group_of = {"": "", AGE: age, GENDER: gender}
        for grouping in wanted:
            key = (place_of[district], grouping, group_of[grouping])
            margins[key] = list(map(add, margins[key], row)) if key in margins else row
    return margins


class _Counts:
    """Reads margins as numbers of responses: all of a place or group, or those with certain answers."""

    def __init__(self, plan: Plan, tabulation: Tabulation, margins: _Margins) -> None:
        self._margins = margins
        self._positions = tabulation.positions
        self._empty = [0] * (len(tabulation.positions) + 1)
        self.headlines = {variable.code: variable.headline for variable in plan.variables}
        self.sizes = {variable.code: len(variable.categories) for variable in plan.variables}
        self.sizes |= {name: len(categories) for name, categories in groupings(plan).items()}

    def responses(self, place: str, grouping: str = "", group: str = "") -> int:
        """The number of responses."""
        return self._margins.get((place, grouping, group), self._empty)[0]

    def chosen(
        self, variable: str, categories: Iterable[str], place: str, grouping: str = "", group: str = ""
    ) -> int:
        """The number of responses whose answer is one of the categories."""
        row = self._margins.get((place, grouping, group), self._empty)
        return sum(row[self._positions[variable, category]] for category in categories)

    def balance(self, variable: str, place: str, grouping: str = "", group: str = "") -> int:
        """S: responses inside the variable's headline group minus those outside, missing answers included."""
        inside = self.chosen(variable, self.headlines[variable], place, grouping, group)
        return 2 * inside - self.responses(place, grouping, group)


def _n_value(counts: _Counts, cell: Cell) -> int:
    return counts.responses(cell.place)


def _composition_value(counts: _Counts, cell: Cell) -> int:
    inside = counts.responses(cell.place, cell.group_variable, cell.group)
    return counts.sizes[cell.group_variable] * inside - counts.responses(cell.place)


def _headline_value(counts: _Counts, cell: Cell) -> int:
    return counts.balance(cell.variable, cell.place)


def _detail_value(counts: _Counts, cell: Cell) -> int:
    inside = counts.chosen(cell.variable, (cell.category,), cell.place)
    return counts.sizes[cell.variable] * inside - counts.responses(cell.place)


def _crossed_value(counts: _Counts, cell: Cell) -> int:
    inside = counts.balance(cell.variable, cell.place, cell.group_variable, cell.group)
    return counts.sizes[cell.group_variable] * inside - counts.balance(cell.variable, cell.place)


_VALUES: dict[str, Callable[[_Counts, Cell], int]] = {
    N: _n_value,
    COMPOSITION: _composition_value,
    CORE_HEADLINE: _headline_value,
    DETAIL: _detail_value,
    AGE_CORE: _crossed_value,
    GENDER_CORE: _crossed_value,
}
