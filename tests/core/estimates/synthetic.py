"""A small plan and exact measurements of made-up responses, to which a test adds the noise that it wants."""

from collections.abc import Callable, Iterable, Mapping
from random import Random

import msgspec

from backend.core.figures import Figure
from backend.core.measurements import Cell, Draw, Measurement, Measurements
from backend.core.plan import Plan, PlannedDistrict, Rules, Variable

AGES = ("16-34", "35-64", "65-", "_not_stated")
GENDERS = ("woman", "man", "other", "_not_stated")
FEEL = Variable("FEEL", "FEEL", None, ("very", "fairly", "un", "_no_valid_answer"), ("very", "fairly"), True)
HEARD = Variable("HEARD", "HEARD", None, ("yes", "no", "_no_valid_answer"), ("yes",), True)
LIGHT = Variable("PRIO:light", "PRIO", "light", ("yes", "no", "_no_valid_answer", "_not_shown"), ("yes",), False)
DISTRICTS = (
    PlannedDistrict("d1", "north", 4000.0),
    PlannedDistrict("d2", "north", 1000.0),
    PlannedDistrict("d3", "south", 3000.0),
    PlannedDistrict("d4", "south", 500.0),
    PlannedDistrict("_elsewhere", "_elsewhere", 0.0),
)
PLAN = Plan(
    survey="safety",
    wave="safety-1",
    questionnaire_hash="q" * 8,
    year=2026,
    rho="1/10",
    shares={},
    looks=0,
    look_sigma=50,
    districts=DISTRICTS,
    age_categories=AGES,
    gender_categories=GENDERS,
    variables=(FEEL, HEARD, LIGHT),
    rules=Rules(),
)
SIGMAS = {
    "n": 8.0,
    "composition": 50.0,
    "core_headline": 7.0,
    "detail": 40.0,
    "age_core": 30.0,
    "gender_core": 40.0,
}


class Response(msgspec.Struct, frozen=True):
    """One made-up response: every answer is a category of its variable."""

    district: str
    age: str
    gender: str
    answers: Mapping[str, str]


def exact(values: object, sigma: float) -> list[int]:
    """A noise source without noise."""
    return list(values)  # type: ignore[call-overload,no-any-return]


def gaussian(seed: int) -> Draw:
    """A seeded, rounded Gaussian: good enough to test what is done with noise, never to protect anyone."""
    source = Random(seed)
    return lambda values, sigma: [value + round(source.gauss(0.0, sigma)) for value in values]


def measured(plan: Plan, responses: Iterable[Response], draw: Draw = exact) -> Measurements:
    """Counts the responses by the definitions of the release method and lets `draw` add noise block by block."""
    people = list(responses)
    blocks = []
    for name, cells in planned_cells(plan).items():
        values = draw([count(plan, people, cell) for cell in cells], SIGMAS[name])
        blocks.append(Measurement(name, 1, "1/60", SIGMAS[name], tuple(cells), tuple(values)))
    return Measurements(tuple(blocks))


def planned_cells(plan: Plan) -> dict[str, list[Cell]]:
    """All cells by block."""
    places = [district.code for district in plan.districts]
    areas = list(dict.fromkeys(district.area for district in plan.districts))
    groups = [("age", group) for group in plan.age_categories]
    groups += [("gender", group) for group in plan.gender_categories]
    core = [variable.code for variable in plan.variables if variable.core]

    def crossed(block: str, group_variable: str) -> list[Cell]:
        return [
            Cell(block, "area", area, code, group_variable=name, group=group)
            for area in areas
            for code in core
            for name, group in groups
            if name == group_variable
        ]

    return {
        "n": [Cell("n", "district", place) for place in places],
        "composition": [
            Cell("composition", "district", place, group_variable=name, group=group)
            for place in places
            for name, group in groups
        ],
        "core_headline": [Cell("core_headline", "district", place, code) for place in places for code in core],
        "detail": [
            Cell("detail", "area", area, variable.code, category)
            for area in areas
            for variable in plan.variables
            for category in variable.categories
        ],
        "age_core": crossed("age_core", "age"),
        "gender_core": crossed("gender_core", "gender"),
    }


def count(plan: Plan, people: list[Response], cell: Cell) -> int:
    """The exact value of a cell."""
    area_of = {district.code: district.area for district in plan.districts}
    here = [
        person
        for person in people
        if cell.place == (person.district if cell.level == "district" else area_of[person.district])
    ]
    inside: Callable[[Response], bool] = lambda person: getattr(person, cell.group_variable) == cell.group  # noqa: E731
    if cell.block == "n":
        return len(here)
    if cell.block == "composition":
        return _categories(plan, cell) * sum(map(inside, here)) - len(here)
    variable = next(variable for variable in plan.variables if variable.code == cell.variable)
    if cell.block == "detail":
        chosen = sum(person.answers[variable.code] == cell.category for person in here)
        return len(variable.categories) * chosen - len(here)
    whole = _balance(variable, here)
    if cell.block == "core_headline":
        return whole
    return _categories(plan, cell) * _balance(variable, list(filter(inside, here))) - whole


def _categories(plan: Plan, cell: Cell) -> int:
    return len(plan.age_categories if cell.group_variable == "age" else plan.gender_categories)


def _balance(variable: Variable, people: list[Response]) -> int:
    return sum(1 if person.answers[variable.code] in variable.headline else -1 for person in people)


def made_up(sizes: Mapping[str, int], seed: int = 1) -> list[Response]:
    """Random responses, so many per district; districts differ in how safe they feel."""
    source = Random(seed)
    people = []
    for order, (district, size) in enumerate(sizes.items()):
        for _ in range(size):
            people.append(
                Response(
                    district,
                    source.choices(AGES, (30, 40, 25, 5))[0],
                    source.choices(GENDERS, (47, 47, 2, 4))[0],
                    {
                        "FEEL": source.choices(FEEL.categories, (30, 25, 30 + 10 * order, 10))[0],
                        "HEARD": source.choices(HEARD.categories, (30, 50, 20))[0],
                        "PRIO:light": source.choices(LIGHT.categories, (20, 40, 10, 30))[0],
                    },
                )
            )
    return people


def share_of(people: Iterable[Response], test: Callable[[Response], bool]) -> float:
    """The true share (0-1) of people who pass the test."""
    passed = [test(person) for person in people]
    return sum(passed) / len(passed)


def find(figures: Iterable[Figure], **fields: object) -> Figure:
    """The one figure with these fields; category, group and base default to the headline of all respondents."""
    wanted = {
        "measure": "share",
        "category": "",
        "group_variable": "",
        "group": "",
        "base": "all",
        **fields,
    }
    found = [f for f in figures if all(getattr(f, name) == value for name, value in wanted.items())]
    assert len(found) == 1, f"{len(found)} figures match {wanted}"
    return found[0]
