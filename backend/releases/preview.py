"""The preview of a release: its stored, noisy figures as tables a planner can read. Values in, values out."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from backend.core.figures import Figure, Level
from backend.core.plan import Plan, areas
from backend.core.questions import ELSEWHERE, Questionnaire, text_in
from backend.core.respondents import CITY

Place = tuple[Level, str]
Names = Mapping[Place, str]


class Column(NamedTuple):
    """A place: the city, an area or a district."""

    level: Level
    code: str
    name: str


class Row(NamedTuple):
    """One headline figure in words, with the stored figure of each column (None where there is none)."""

    text: str
    figures: tuple[Figure | None, ...]


class Table(NamedTuple):
    """Places side by side; `counts` are their noisy numbers of respondents."""

    columns: tuple[Column, ...]
    counts: tuple[Figure | None, ...]
    rows: tuple[Row, ...]


class Remark(NamedTuple):
    """A district with figures that are withheld or uncertain: how many of the `total` headline figures."""

    name: str
    number: int
    total: int


class Preview(NamedTuple):
    """The city beside its areas, each area (the first column) beside its districts, and remarks on the districts:
    too few answers, intervals too wide, uncertain figures."""

    city: Table
    areas: tuple[Table, ...]
    too_few: tuple[Remark, ...]
    too_wide: tuple[Remark, ...]
    uncertain: tuple[Remark, ...]


def headline_texts(questionnaire: Questionnaire, language: str) -> dict[str, str]:
    """The words of each core headline by its question's code, in the order they are asked."""
    return {
        question.code: text_in(question.headline_text or question.text, language)
        for question in questionnaire.questions()
        if question.core
    }


def preview(
    plan: Plan, questionnaire: Questionnaire, names: Names, figures: Sequence[Figure], language: str
) -> Preview:
    """The core headline figures of every place of the plan, and what is withheld or uncertain among them.

    `names` are the places' names in `language`; a place without one is called by its code.
    """
    texts = headline_texts(questionnaire, language)
    headlines = {_key(f): f for f in figures if _is_headline(f) and f.variable in texts}
    counts = {(f.level, f.place): f for f in figures if _is_count(f)}

    def table(places: Sequence[Place]) -> Table:
        columns = tuple(Column(level, code, names.get((level, code), code)) for level, code in places)
        rows = tuple(
            Row(text, tuple(headlines.get((level, code, variable)) for level, code in places))
            for variable, text in texts.items()
        )
        return Table(columns, tuple(counts.get(place) for place in places), rows)

    members = {area: codes for area, codes in areas(plan).items() if area != ELSEWHERE}
    city = table([("city", CITY), *(("area", area) for area in members)])
    of_areas = [table([("area", area), *(("district", c) for c in codes)]) for area, codes in members.items()]
    return Preview(city, tuple(of_areas), *_remarks(list(headlines.values()), names, len(texts)))


def _remarks(headlines: Sequence[Figure], names: Names, total: int) -> tuple[tuple[Remark, ...], ...]:
    """Remarks on districts: withheld for few answers, withheld for a wide interval, uncertain."""
    found: dict[str, dict[str, int]] = {"withheld-few": {}, "withheld-imprecise": {}, "uncertain": {}}
    for figure in headlines:
        kind = figure.precision if figure.status == "published" else figure.status
        if figure.level == "district" and kind in found:
            of_kind = found[kind]
            of_kind[figure.place] = of_kind.get(figure.place, 0) + 1
    return tuple(
        tuple(Remark(names.get(("district", code), code), number, total) for code, number in of_kind.items())
        for of_kind in found.values()
    )


def _key(figure: Figure) -> tuple[Level, str, str]:
    return figure.level, figure.place, figure.variable


def _is_headline(figure: Figure) -> bool:
    return figure.measure == "share" and figure.base == "all" and not (figure.category or figure.group_variable)


def _is_count(figure: Figure) -> bool:
    return figure.measure == "respondents" and not (figure.variable or figure.category or figure.group_variable)
