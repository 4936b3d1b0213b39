"""The codebook: what every code in the files of a release means, in every language of the survey.

One row per variable (category empty), and one per variable and category, times language. Labels live here and
nowhere else in the data.
"""

from collections.abc import Iterator, Mapping

import msgspec

from backend.core.csv_text import CellValue
from backend.core.detail import MISSING
from backend.core.plan import Plan, Variable
from backend.core.questions import (
    ELSEWHERE,
    NO,
    NO_VALID_ANSWER,
    NOT_SHOWN,
    NOT_STATED,
    YES,
    BackgroundVariable,
    Question,
    Questionnaire,
    Texts,
    text_in,
)

HEADER = (
    "variable",
    "category",
    "question",
    "kind",
    "core",
    "headline",
    "routed_by",
    "position",
    "base",
    "language",
    "label",
    "headline_label",
)

SPECIAL_LABELS: dict[str, Texts] = {
    YES: {"en": "Yes", "sv": "Ja", "ar": "نعم"},
    NO: {"en": "No", "sv": "Nej", "ar": "لا"},
    NO_VALID_ANSWER: {
        "en": "No answer, don't know, or prefer not to answer",
        "sv": "Inget svar, vet inte eller vill inte svara",
        "ar": "لا إجابة أو لا أعرف أو أفضّل عدم الإجابة",
    },
    NOT_SHOWN: {
        "en": "Question not shown to the respondent",
        "sv": "Frågan visades inte",
        "ar": "لم يُعرض السؤال",
    },
    NOT_STATED: {"en": "Not stated", "sv": "Inte angivet", "ar": "غير مذكور"},
    ELSEWHERE: {
        "en": "Elsewhere or not stated",
        "sv": "Annan plats eller inte angivet",
        "ar": "مكان آخر أو غير مذكور",
    },
}
"""Built-in labels of the product's own codes; a release may add languages (`special_labels`)."""


class Entry(msgspec.Struct, frozen=True):
    """One fact of the codebook before it is written once per language; fields are those of `HEADER`."""

    variable: str
    category: str
    question: str
    kind: str
    core: bool
    headline: bool
    position: int
    base: str
    label: Texts
    routed_by: str = ""
    headline_label: Texts = {}


def codebook_rows(
    plan: Plan,
    questionnaire: Questionnaire,
    place_names: Mapping[str, Mapping[str, Texts]],
    special_labels: Mapping[str, Texts],
) -> Iterator[tuple[CellValue, ...]]:
    """The rows under `HEADER`: background variables, questions in the order asked, then places.

    A label that the survey does not have in a language is an empty cell, so that the rows are the same in
    all; a place is then given by its name in another language, for that is better than none.
    """
    special = {**SPECIAL_LABELS, **special_labels}
    for entry in (
        *_background_entries(plan, questionnaire, special),
        *_question_entries(plan, questionnaire, special),
        *_place_entries(questionnaire, place_names, special),
    ):
        for language in questionnaire.languages:
            yield (
                entry.variable,
                entry.category or None,
                entry.question or None,
                entry.kind,
                _yes_no(entry.core),
                _yes_no(entry.headline),
                entry.routed_by or None,
                entry.position,
                entry.base or None,
                language,
                entry.label.get(language),
                entry.headline_label.get(language),
            )


def _background_entries(plan: Plan, questionnaire: Questionnaire, special: Mapping[str, Texts]) -> Iterator[Entry]:
    """Age, gender and the other background variables."""
    measured = {
        **{variable.code: variable.categories for variable in plan.variables},
        "age": plan.age_categories,
        "gender": plan.gender_categories,
    }
    for position, variable in enumerate(questionnaire.background, start=1):
        if variable.code in measured:
            yield _plain_entry(variable.code, "", "background", position, variable.text)
            labels = {**special, **_choice_labels(variable)}
            tabulated = any(planned.code == variable.code for planned in plan.variables)
            for order, category in enumerate(measured[variable.code], start=1):
                entry = _plain_entry(variable.code, category, "background", order, labels.get(category, {}))
                yield msgspec.structs.replace(entry, base=_base(category) if tabulated else "")


def _question_entries(plan: Plan, questionnaire: Questionnaire, special: Mapping[str, Texts]) -> Iterator[Entry]:
    """Every question that the plan tabulates; a question with options first, then each option."""
    for position, question in enumerate(questionnaire.questions(), start=1):
        variables = [variable for variable in plan.variables if variable.question == question.code]
        if variables and all(variable.option is not None for variable in variables):
            yield Entry(
                variable=question.code,
                category="",
                question=question.code,
                kind=question.kind,
                core=False,
                headline=False,
                position=position,
                base="",
                label=question.text,
                routed_by=_routing(question),
            )
        for variable in variables:
            yield from _variable_entries(variable, question, position, special)


def _variable_entries(
    variable: Variable, question: Question, position: int, special: Mapping[str, Texts]
) -> Iterator[Entry]:
    """One tabulated variable and its categories."""
    choices = _choice_labels(question)
    option = variable.option
    kind = question.kind if option is None else "option"
    labels = {**special, **choices} if option is None else special
    whole = Entry(
        variable=variable.code,
        category="",
        question=question.code,
        kind=kind,
        core=variable.core,
        headline=bool(variable.headline),
        position=position,
        base="all valid",
        label=question.text if option is None else choices.get(option, {}),
        routed_by=_routing(question),
        headline_label=question.headline_text if option is None else {},
    )
    yield whole
    for order, category in enumerate(variable.categories, start=1):
        yield msgspec.structs.replace(
            whole,
            category=category,
            headline=category in variable.headline,
            position=order,
            base=_base(category),
            label=labels.get(category, {}),
            headline_label={},
        )


def _place_entries(
    questionnaire: Questionnaire,
    place_names: Mapping[str, Mapping[str, Texts]],
    special: Mapping[str, Texts],
) -> Iterator[Entry]:
    """Names of places: the level is the variable, the place code its category."""
    for level, names in place_names.items():
        for order, (code, name) in enumerate(names.items(), start=1):
            anywhere = {language: text_in(name, language) for language in questionnaire.languages}
            label = anywhere if name else special.get(code, {})
            yield _plain_entry(level, code, "place", order, label)


def _plain_entry(variable: str, category: str, kind: str, position: int, label: Texts) -> Entry:
    """An entry that belongs to no question."""
    return Entry(variable, category, "", kind, False, False, position, "", label)


def _base(category: str) -> str:
    """The bases of a category's shares: what is no valid answer has no share among valid answers."""
    return "all" if category in MISSING else "all valid"


def _choice_labels(asked: Question | BackgroundVariable) -> dict[str, Texts]:
    return {choice.code: choice.label for choice in asked.choices}


def _routing(question: Question) -> str:
    """The routing rule as text: `FEEL1: fairly_unsafe very_unsafe`, or nothing."""
    rule = question.show_if
    return "" if rule is None else f"{rule.question}: {' '.join(rule.answers)}"


def _yes_no(value: bool) -> str:
    return "yes" if value else "no"
