"""The noisy integers by what they mean: counts, balances and categories of one or several places."""

from collections.abc import Sequence

from backend.core.amounts import Amount, centred, combine, total
from backend.core.measurements import Cell, Measurements
from backend.core.plan import Plan, Variable
from backend.core.questions import ELSEWHERE


class Readings:
    """A plan and what was measured under it.

    Reconstruction follows the release method: `S_a = (S + centre(y)_a) / c`, `n_a = (n + centre(y)_a) / c`,
    `T_j = (n + centre(y)_j) / c` for a noisy centred vector `y` over `c` categories.
    """

    def __init__(self, plan: Plan, measurements: Measurements) -> None:
        """Indexes the cells. Raises ValueError when a cell was measured twice."""
        self.plan = plan
        self.sigmas = {block.block: block.sigma for block in measurements.blocks}
        self._values: dict[Cell, int] = {}
        for block in measurements.blocks:
            for cell, value in zip(block.cells, block.values, strict=True):
                if cell in self._values:
                    raise ValueError(f"The measurements hold this cell twice: {cell}")
                self._values[cell] = value
        self._districts: dict[str, list[str]] = {}
        for district in plan.districts:
            self._districts.setdefault(district.area, []).append(district.code)

    def has(self, block: str) -> bool:
        """Whether the block was measured in this release."""
        return block in self.sigmas

    def areas(self) -> list[str]:
        """Codes of all areas in the plan's order, the pseudo-area of `_elsewhere` included."""
        return list(self._districts)

    def real_areas(self) -> list[str]:
        """Codes of the areas that hold more than the pseudo-district `_elsewhere`."""
        return [area for area in self._districts if self.districts_of((area,))]

    def all_districts_of(self, areas: Sequence[str]) -> list[str]:
        """District codes of these areas, `_elsewhere` included."""
        return [code for area in areas for code in self._districts[area]]

    def districts_of(self, areas: Sequence[str]) -> list[str]:
        """District codes of these areas without `_elsewhere`."""
        return [code for code in self.all_districts_of(areas) if code != ELSEWHERE]

    def population(self, areas: Sequence[str]) -> float:
        """Population (persons) of these areas."""
        return sum(district.population for district in self.plan.districts if district.area in areas)

    def group_variables(self) -> list[str]:
        """Those of `age` and `gender` that the plan measures."""
        return [name for name in ("age", "gender") if self.group_categories(name)]

    def group_categories(self, group_variable: str) -> tuple[str, ...]:
        """The categories of `age` or `gender` as measured, not stated included."""
        plan = self.plan
        return plan.age_categories if group_variable == "age" else plan.gender_categories

    def n(self, districts: Sequence[str]) -> Amount:
        """Number of respondents in these districts."""
        return total(self._amount(Cell("n", "district", code)) for code in districts)

    def balance(self, districts: Sequence[str], variable: str) -> Amount:
        """Headline balance S of a core variable in these districts."""
        return total(self._amount(Cell("core_headline", "district", code, variable)) for code in districts)

    def group_counts(self, districts: Sequence[str], group_variable: str) -> dict[str, Amount]:
        """Number of respondents by age band or gender in these districts."""
        groups = self.group_categories(group_variable)
        ys = [
            total(
                self._amount(Cell("composition", "district", code, group_variable=group_variable, group=group))
                for code in districts
            )
            for group in groups
        ]
        return dict(zip(groups, divided(self.n(districts), ys), strict=True))

    def category_counts(self, areas: Sequence[str], variable: Variable) -> dict[str, Amount]:
        """Number of respondents by category of the variable in these areas."""
        ys = [
            total(self._amount(Cell("detail", "area", area, variable.code, category)) for area in areas)
            for category in variable.categories
        ]
        counts = divided(self.n(self.districts_of(areas)), ys)
        return dict(zip(variable.categories, counts, strict=True))

    def group_balances(self, areas: Sequence[str], variable: str, group_variable: str) -> dict[str, Amount]:
        """Headline balance of a core variable by age band or gender in these areas."""
        groups = self.group_categories(group_variable)
        block = f"{group_variable}_core"
        ys = [
            total(
                self._amount(Cell(block, "area", area, variable, group_variable=group_variable, group=group))
                for area in areas
            )
            for group in groups
        ]
        whole = self.balance(self.districts_of(areas), variable)
        return dict(zip(groups, divided(whole, ys), strict=True))

    def _amount(self, cell: Cell) -> Amount:
        """One noisy integer. Raises ValueError when the plan needs a cell that was not measured."""
        value = self._values.get(cell)
        if value is None:
            raise ValueError(f"The measurements lack this cell of the plan: {cell}")
        return Amount(float(value), {cell: 1.0})


def divided(whole: Amount, ys: Sequence[Amount]) -> list[Amount]:
    """`(whole + centre(y)_j) / c` for each of the `c` categories: parts that add up to the whole."""
    part = 1.0 / len(ys)
    return [combine(((part, whole), (part, y))) for y in centred(ys)]
