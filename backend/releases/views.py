"""What a page of results shows, out of stored figures: plain values without words of its own, HTTP or database.

Texts stay mappings by language; the templates choose among them. Nothing is computed here that is not in the
files of the release, except the change from the wave before (core/change.py).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from backend.core.change import Change, changes
from backend.core.codebook import SPECIAL_LABELS
from backend.core.detail import MISSING
from backend.core.figures import Figure, Level
from backend.core.plan import Plan, Variable, core_variables, groupings
from backend.core.questions import YES, Question, Questionnaire, Texts

FEWEST_TOLD = 20
"""Noisy respondents below which a page says "very few" instead of a number that is mostly noise."""


class Place(msgspec.Struct, frozen=True):
    """A district, an area or the whole city, with its names by language."""

    level: Level
    code: str
    names: Texts


class PlaceFigure(msgspec.Struct, frozen=True):
    """One figure in one place; None where the release has no such figure."""

    place: Place
    figure: Figure | None

    @property
    def is_published(self) -> bool:
        return self.figure is not None and self.figure.status == "published"


class Since(msgspec.Struct, frozen=True):
    """How a headline changed since the wave before, in the place that it is told of."""

    place: Place
    before: Figure
    change: Change


class Headline(msgspec.Struct, frozen=True):
    """One core indicator in a place and, for comparison, in the wider places around it, innermost first.

    `shown` is the innermost of them with a published figure: the place itself, or what stands in for it.
    """

    code: str
    statement: Texts
    question: Texts
    figures: tuple[PlaceFigure, ...]
    shown: PlaceFigure | None
    since: Since | None

    @property
    def here(self) -> PlaceFigure:
        return self.figures[0]

    @property
    def others(self) -> tuple[PlaceFigure, ...]:
        """The wider places that are told beside the one shown."""
        return tuple(other for other in self.figures[1:] if other is not self.shown)


class Row(msgspec.Struct, frozen=True):
    """A line of a table: a label and its figure. `apart` marks what is no valid answer."""

    label: Texts
    figure: Figure
    apart: bool = False


class AnswerTable(msgspec.Struct, frozen=True):
    """The answers to one question, or one headline by age or gender. `options`: several could be chosen."""

    code: str
    title: Texts
    rows: tuple[Row, ...]
    options: bool = False
    routed: bool = False


class GroupTables(msgspec.Struct, frozen=True):
    """Every headline by age band or by gender (`code`), one small table each."""

    code: str
    tables: tuple[AnswerTable, ...]


class FigureIndex:
    """The figures of a release by what they are about."""

    def __init__(self, figures: Iterable[Figure], places: Iterable[Place]) -> None:
        wanted = {(place.level, place.code) for place in places}
        self._known = {_identity(f): f for f in figures if (f.level, f.place) in wanted}

    def share(
        self, place: Place, variable: str, category: str = "", group_variable: str = "", group: str = ""
    ) -> Figure | None:
        """A share of all respondents (0-1) in a place, or None when the release has none."""
        return self._known.get((place.level, place.code, "share", variable, category, group_variable, group, "all"))

    def respondents(self, place: Place, group_variable: str = "", group: str = "") -> Figure | None:
        """A noisy number of respondents (persons) in a place, or None when the release has none."""
        return self._known.get((place.level, place.code, "respondents", "", "", group_variable, group, "all"))


def _identity(figure: Figure) -> tuple[str, ...]:
    return (
        figure.level,
        figure.place,
        figure.measure,
        figure.variable,
        figure.category,
        figure.group_variable,
        figure.group,
        figure.base,
    )


def about(figure: Figure | None) -> int | None:
    """A noisy number of respondents to the nearest ten, or None when it is too small to be told."""
    if figure is None or figure.estimate is None or figure.estimate < FEWEST_TOLD:
        return None
    return round(figure.estimate / 10) * 10


def headlines(
    plan: Plan,
    questionnaire: Questionnaire,
    index: FigureIndex,
    places: Sequence[Place],
    since: Mapping[str, Since],
) -> tuple[Headline, ...]:
    """The core indicators in `places` (the place itself first, then the wider ones), in the order asked."""
    asked = {question.code: question for question in questionnaire.questions()}
    found = []
    for variable in core_variables(plan):
        figures = tuple(PlaceFigure(place, index.share(place, variable.code)) for place in places)
        if any(found_here.figure for found_here in figures):
            question = asked[variable.question]
            shown = next((figure for figure in figures if figure.is_published), None)
            told = since.get(variable.code)
            found.append(Headline(variable.code, question.headline_text, question.text, figures, shown, told))
    return tuple(found)


def stand_in(found: Sequence[Headline]) -> Place | None:
    """The one wider place that all headlines are shown for instead of the place itself, or None."""
    shown = {headline.shown.place.code: headline.shown.place for headline in found if headline.shown}
    if len(shown) == 1 and not any(headline.here.is_published for headline in found):
        return next(iter(shown.values()))
    return None


def changes_since(
    plan: Plan, index: FigureIndex, places: Sequence[Place], plan_before: Plan, figures_before: Sequence[Figure]
) -> dict[str, Since]:
    """The change of each headline that a page shows, by variable: for the place, or for what stands in for it.

    Only like is compared with like: a question whose categories or headline group differ has no change. The
    family of comparisons is what this page tells, so the false discovery rate holds for its reader.
    """
    before = FigureIndex(figures_before, places)
    told: dict[str, tuple[Place, Figure, Figure]] = {}
    for variable in comparable(plan, plan_before):
        for place in places:
            old, new = before.share(place, variable.code), index.share(place, variable.code)
            if old and new and old.status == new.status == "published":
                told[variable.code] = (place, old, new)
                break
            if new and new.status == "published":
                break
    found = changes([old for _, old, _ in told.values()], [new for _, _, new in told.values()])
    return {change.variable: Since(*told[change.variable][:2], change) for change in found}


def comparable(plan: Plan, plan_before: Plan) -> Iterator[Variable]:
    """The core variables that were measured in the same way in both waves."""
    earlier = {variable.code: variable for variable in core_variables(plan_before)}
    for variable in core_variables(plan):
        old = earlier.get(variable.code)
        if old and (old.categories, old.headline) == (variable.categories, variable.headline):
            yield variable


def group_tables(
    plan: Plan, questionnaire: Questionnaire, index: FigureIndex, place: Place
) -> tuple[GroupTables, ...]:
    """The headlines of a place by age band and by gender, for the groups that the release has."""
    asked = {question.code: question for question in questionnaire.questions()}
    found = []
    for code, groups in groupings(plan).items():
        labels = _group_labels(questionnaire, code)
        tables = []
        for variable in core_variables(plan):
            figures = [(group, index.share(place, variable.code, "", code, group)) for group in groups]
            rows = tuple(Row(labels.get(group, {}), figure) for group, figure in figures if figure)
            if rows:
                tables.append(AnswerTable(variable.code, asked[variable.question].headline_text, rows))
        if tables:
            found.append(GroupTables(code, tuple(tables)))
    return tuple(found)


def who_answered(
    plan: Plan, questionnaire: Questionnaire, index: FigureIndex, place: Place
) -> tuple[AnswerTable, ...]:
    """How many answered in a place, by age band and by gender (noisy persons)."""
    found = []
    for code, groups in groupings(plan).items():
        asked, labels = questionnaire.variable(code), _group_labels(questionnaire, code)
        figures = [(group, index.respondents(place, code, group)) for group in groups]
        rows = tuple(
            Row(labels.get(group, {}), figure, group in MISSING)
            for group, figure in figures
            if figure and figure.status == "published"
        )
        if rows and asked:
            found.append(AnswerTable(code, asked.text, rows))
    return tuple(found)


def answer_tables(
    plan: Plan, questionnaire: Questionnaire, index: FigureIndex, place: Place
) -> tuple[AnswerTable, ...]:
    """How the answers to every tabulated question are spread in a place, as shares of all respondents."""
    by_question: dict[str, list[Variable]] = {}
    for variable in plan.variables:
        by_question.setdefault(variable.question, []).append(variable)
    found = []
    for question in questionnaire.questions():
        variables = by_question.get(question.code, [])
        if variables and (rows := tuple(_answer_rows(question, variables, index, place))):
            options = variables[0].option is not None
            found.append(
                AnswerTable(question.code, question.text, rows, options, routed=question.show_if is not None)
            )
    for background in questionnaire.background:
        labels = {**SPECIAL_LABELS, **{choice.code: choice.label for choice in background.choices}}
        for variable in by_question.get(background.code, []):
            if rows := tuple(_category_rows(variable, labels, index, place)):
                found.append(AnswerTable(background.code, background.text, rows))
    return tuple(found)


def _answer_rows(
    question: Question, variables: Sequence[Variable], index: FigureIndex, place: Place
) -> Iterator[Row]:
    """A row per choice; for a choose-several question the share that chose each option."""
    labels = {**SPECIAL_LABELS, **{choice.code: choice.label for choice in question.choices}}
    for variable in variables:
        if variable.option is None:
            yield from _category_rows(variable, labels, index, place)
        elif figure := index.share(place, variable.code, YES):
            yield Row(labels.get(variable.option, {}), figure)


def _category_rows(
    variable: Variable, labels: Mapping[str, Texts], index: FigureIndex, place: Place
) -> Iterator[Row]:
    for category in variable.categories:
        if figure := index.share(place, variable.code, category):
            yield Row(labels.get(category, {}), figure, category in MISSING)


def _group_labels(questionnaire: Questionnaire, code: str) -> dict[str, Texts]:
    variable = questionnaire.variable(code)
    choices = variable.choices if variable else ()
    return {**SPECIAL_LABELS, **{choice.code: choice.label for choice in choices}}
