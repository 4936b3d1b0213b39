"""Counting responses, once and in one pass: the only look that a release takes at raw answers.

Counts are kept per district, age band and gender; every block of the release is a linear function of them
(`vectors.py`). Nothing of a single response remains, and memory does not grow with their number.

A response becomes a string of bytes, one for each category of each variable: 1 where it belongs, else 0. Read as
large integers, such strings add up category by category in one step until a byte is full; then the sums move
into the group's row. That is twice as fast as adding one to each of thirty counters per response.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from operator import add
from typing import Any, NamedTuple

from backend.core.plan import AGE, DISTRICT, GENDER, Plan, Variable
from backend.core.questions import ELSEWHERE, NO, NO_VALID_ANSWER, NOT_SHOWN, NOT_STATED, YES

Answers = Mapping[str, str | list[str]]
Group = tuple[str, str, str]
"""District, age category, gender category; the latter are empty when the questionnaire does not ask them."""

# The first byte counts responses, and no other byte can be ahead of it: once it is full, the sums are moved.
ONE_RESPONSE = b"\x01"
FULL = 255
# Different answers to a choose-several question whose bytes are remembered.
REMEMBERED = 4096

_get: Callable[..., Any] = dict.get


class _Several(NamedTuple):
    """A choose-several question: the bytes for a list of options, for "not shown" and for anything else."""

    question: str
    encode: Callable[[tuple[str, ...]], bytes]
    not_shown: bytes
    otherwise: bytes


class Tabulation:
    """Counts per group, filled by `add`. Position 0 of a row counts responses, `positions` names the others.

    Every response is counted in exactly one category of each variable, whatever it holds: an unknown district
    is `_elsewhere`, an unknown band "not stated", any other unknown value "no valid answer".
    """

    def __init__(self, plan: Plan) -> None:
        singles = [variable for variable in plan.variables if variable.option is None]
        several: dict[str, list[Variable]] = {}
        for variable in plan.variables:
            if variable.option is not None:
                several.setdefault(variable.question, []).append(variable)
        self.positions: dict[tuple[str, str], int] = {}
        for variable in [*singles, *(option for options in several.values() for option in options)]:
            for category in variable.categories:
                self.positions[variable.code, category] = len(self.positions) + 1
        self._severals = [_several(question, options) for question, options in several.items()]
        marks = [_marks(variable) for variable in singles]
        self._questions = tuple(variable.question for variable in singles)
        self._marks = tuple(marks)
        self._otherwise = tuple(categories[NO_VALID_ANSWER] for categories in marks)
        # Whatever a response holds may be looked up, so the keys are not said to be text.
        self._districts: dict[Any, str] = {district.code: district.code for district in plan.districts}
        self._ages: dict[Any, str] = {category: category for category in plan.age_categories}
        self._genders: dict[Any, str] = {category: category for category in plan.gender_categories}
        self._no_age = NOT_STATED if plan.age_categories else ""
        self._no_gender = NOT_STATED if plan.gender_categories else ""
        self._sums: dict[Group, int] = {}
        self._rows: dict[Group, list[int]] = {}

    def add(self, answers: Answers) -> None:
        """Count one response."""
        try:
            group, encoded = self._encode(answers)
        except TypeError:
            # A list where one code is expected cannot be looked up; it is no valid answer.
            group, encoded = self._encode(_readable(answers, {several.question for several in self._severals}))
        total = self._sums.get(group, 0) + int.from_bytes(encoded, "little")
        if total & FULL == FULL:
            self._settle(group, total)
            total = 0
        self._sums[group] = total

    def rows(self) -> Iterator[tuple[Group, list[int]]]:
        """Every group that has a response, with its counts."""
        for group, total in self._sums.items():
            self._settle(group, total)
        self._sums.clear()
        yield from self._rows.items()

    def include(self, rows: Iterable[tuple[Group, list[int]]]) -> None:
        """Add the counts of another tabulation of the same plan, as its `rows` gives them."""
        for group, counts in rows:
            known = self._rows.get(group)
            self._rows[group] = counts if known is None else list(map(add, known, counts))

    def _encode(self, answers: Mapping[str, Any]) -> tuple[Group, bytes]:
        """A response's group, and its byte for every position of a row."""
        get = answers.get
        group = (
            self._districts.get(get(DISTRICT), ELSEWHERE),
            self._ages.get(get(AGE), self._no_age),
            self._genders.get(get(GENDER), self._no_gender),
        )
        encoded = ONE_RESPONSE + b"".join(map(_get, self._marks, map(get, self._questions), self._otherwise))
        for question, encode, not_shown, otherwise in self._severals:
            value = get(question)
            if isinstance(value, list):
                encoded += encode(tuple(value))
            else:
                encoded += not_shown if value == NOT_SHOWN else otherwise
        return group, encoded

    def _settle(self, group: Group, total: int) -> None:
        """Move a group's sums into its row."""
        width = len(self.positions) + 1
        row = self._rows.get(group, [0] * width)
        self._rows[group] = list(map(add, row, total.to_bytes(width, "little")))


def tabulate(plan: Plan, records: Iterable[Answers]) -> Tabulation:
    """Count all responses in one pass; `records` may be a generator of any length."""
    tabulation = Tabulation(plan)
    add = tabulation.add
    for answers in records:
        add(answers)
    return tabulation


def _marks(variable: Variable) -> dict[str, bytes]:
    """For each category of a variable the bytes that count it."""
    size = len(variable.categories)
    return {
        category: bytes(place == own for place in range(size)) for own, category in enumerate(variable.categories)
    }


def _several(question: str, variables: list[Variable]) -> _Several:
    marks = _marks(variables[0])
    options = tuple(variable.option for variable in variables)
    otherwise = marks[NO_VALID_ANSWER] * len(options)

    @lru_cache(REMEMBERED)
    def encode(value: tuple[str, ...]) -> bytes:
        if not any(option in value for option in options):
            return otherwise
        return b"".join(marks[YES if option in value else NO] for option in options)

    not_shown = marks.get(NOT_SHOWN, marks[NO_VALID_ANSWER]) * len(options)
    return _Several(question, encode, not_shown, otherwise)


def _readable(answers: Answers, several: set[str]) -> dict[str, str | list[str]]:
    """The part of a response that has the expected shape."""
    readable: dict[str, str | list[str]] = {}
    for question, value in answers.items():
        if isinstance(value, str):
            readable[question] = value
        elif question in several and isinstance(value, list):
            readable[question] = [option for option in value if isinstance(option, str)]
    return readable
