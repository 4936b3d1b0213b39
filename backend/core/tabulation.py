"""Counting responses, once and in one pass: the only look that a release takes at raw answers.

Counts are kept per district, age band and gender; every block of the release is a linear function of them
(`vectors.py`). Nothing of a single response remains, and memory does not grow with their number.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from backend.core.plan import AGE, DISTRICT, GENDER, Plan
from backend.core.questions import ELSEWHERE, NO, NO_VALID_ANSWER, NOT_SHOWN, NOT_STATED, YES

Answers = Mapping[str, str | list[str]]
Group = tuple[str, str, str]
"""District, age category, gender category; the latter are empty when the questionnaire does not ask them."""


class _Single(NamedTuple):
    """Where the answers of a single-answer variable are counted; `otherwise` is its "no valid answer"."""

    question: str
    positions: dict[str, int]
    otherwise: int


class _Several(NamedTuple):
    """Where the options of a choose-several question are counted: option, position of yes, position of no."""

    question: str
    options: tuple[tuple[str, int, int], ...]
    known: frozenset[str]
    not_shown: tuple[int, ...]
    otherwise: tuple[int, ...]


class Tabulation:
    """Counts per group, filled by `add`. Position 0 of a row counts responses, the others are `positions`.

    Every response is counted in exactly one category of each variable, whatever it holds: an unknown district
    is `_elsewhere`, an unknown band "not stated", any other unknown value "no valid answer".
    """

    def __init__(self, plan: Plan) -> None:
        self.positions: dict[tuple[str, str], int] = {}
        for variable in plan.variables:
            for category in variable.categories:
                self.positions[variable.code, category] = len(self.positions) + 1
        self._singles = tuple(self._single_positions(plan))
        self._severals = tuple(self._several_positions(plan))
        self._districts = {district.code: district.code for district in plan.districts}
        self._ages = {category: category for category in plan.age_categories}
        self._genders = {category: category for category in plan.gender_categories}
        self._age_otherwise = NOT_STATED if plan.age_categories else ""
        self._gender_otherwise = NOT_STATED if plan.gender_categories else ""
        self._rows: dict[Group, list[int]] = {}

    def add(self, answers: Answers) -> None:
        """Count one response."""
        try:
            group, positions = self._group(answers), self._counted(answers)
        except TypeError:
            # A list where one code is expected cannot be looked up; it is no valid answer.
            answers = _readable(answers, {several.question for several in self._severals})
            group, positions = self._group(answers), self._counted(answers)
        row = self._rows.get(group)
        if row is None:
            row = self._rows[group] = [0] * (len(self.positions) + 1)
        row[0] += 1
        for position in positions:
            row[position] += 1

    def rows(self) -> Iterator[tuple[Group, list[int]]]:
        """Every group that has a response, with its counts."""
        yield from self._rows.items()

    def _group(self, answers: Answers) -> Group:
        get = answers.get
        return (
            self._districts.get(get(DISTRICT), ELSEWHERE),  # type: ignore[arg-type]
            self._ages.get(get(AGE), self._age_otherwise),  # type: ignore[arg-type]
            self._genders.get(get(GENDER), self._gender_otherwise),  # type: ignore[arg-type]
        )

    def _counted(self, answers: Answers) -> list[int]:
        get = answers.get
        counted = [
            positions.get(get(question), otherwise)  # type: ignore[arg-type]
            for question, positions, otherwise in self._singles
        ]
        for several in self._severals:
            value = get(several.question)
            if not isinstance(value, list):
                counted += several.not_shown if value == NOT_SHOWN else several.otherwise
            elif several.known.isdisjoint(value):
                counted += several.otherwise
            else:
                counted += [yes if option in value else no for option, yes, no in several.options]
        return counted

    def _single_positions(self, plan: Plan) -> Iterator[_Single]:
        for variable in plan.variables:
            if variable.option is None:
                positions = {
                    category: self.positions[variable.code, category] for category in variable.categories
                }
                yield _Single(variable.question, positions, positions[NO_VALID_ANSWER])

    def _several_positions(self, plan: Plan) -> Iterator[_Several]:
        options: dict[str, list[tuple[str, str]]] = {}
        for variable in plan.variables:
            if variable.option is not None:
                options.setdefault(variable.question, []).append((variable.option, variable.code))
        for question, pairs in options.items():
            otherwise = tuple(self.positions[code, NO_VALID_ANSWER] for _, code in pairs)
            not_shown = tuple(
                self.positions.get((code, NOT_SHOWN), missing)
                for (_, code), missing in zip(pairs, otherwise, strict=True)
            )
            places = tuple(
                (option, self.positions[code, YES], self.positions[code, NO]) for option, code in pairs
            )
            yield _Several(question, places, frozenset(option for option, _ in pairs), not_shown, otherwise)


def tabulate(plan: Plan, records: Iterable[Answers]) -> Tabulation:
    """Count all responses in one pass; `records` may be a generator of any length."""
    tabulation = Tabulation(plan)
    add = tabulation.add
    for answers in records:
        add(answers)
    return tabulation


def _readable(answers: Answers, several: set[str]) -> dict[str, str | list[str]]:
    """The part of a response that has the expected shape."""
    readable: dict[str, str | list[str]] = {}
    for question, value in answers.items():
        if isinstance(value, str):
            readable[question] = value
        elif question in several and isinstance(value, list):
            readable[question] = [option for option in value if isinstance(option, str)]
    return readable
