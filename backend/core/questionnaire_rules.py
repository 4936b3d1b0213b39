"""The rules that hold between the parts of a questionnaire, whatever file or editor it came from.

Every rule yields `RuleFault`s; none stops at the first. An empty code means that it could not be read, which
its reader has already said.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from backend.core.questionnaire_nodes import Path, did_you_mean, excerpt
from backend.core.questions import NO, YES, Choice, Question, Questionnaire

MOST_CORE_QUESTIONS = 10
"""The noise on every headline grows with the number of core questions (privacy method: what is measured)."""

BACKGROUND_CODES = ("age", "gender", "housing")
RESERVED_CODES = ("district", *BACKGROUND_CODES)

_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
_CHOICE_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_SURVEY_CODE = re.compile(r"[a-z][a-z0-9-]{0,31}")
# RFC 5646, section 2.1, without extensions and private use.
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


class RuleFault(NamedTuple):
    """What is wrong, and where in the questionnaire."""

    path: Path
    message: str


Asked = dict[str, Question]
"""The questions asked so far, by code."""


def rule_faults(questionnaire: Questionnaire) -> Iterator[RuleFault]:
    """Everything that breaks a rule in `questionnaire`, in no particular order."""
    if not _SURVEY_CODE.fullmatch(questionnaire.survey):
        message = f"survey {excerpt(questionnaire.survey)}: must be lower-case letters, digits and dashes"
        yield RuleFault(("survey",), message)
    yield from _language_faults(questionnaire.languages)
    yield from _background_faults(questionnaire)
    if not questionnaire.sections:
        yield RuleFault(("sections",), "sections: there must be at least one")
    yield from _section_faults(questionnaire)
    yield from _question_faults(questionnaire)


def choice_faults(path: Path, choices: Sequence[Choice]) -> Iterator[RuleFault]:
    """What is wrong with a list of choices that stands at `path`; messages do not name its owner."""
    if len(choices) < 2:
        yield RuleFault(path, "there must be at least 2 choices")
    seen = set()
    for index, choice in enumerate(choices):
        place = (*path, index, "code")
        if choice.code and not _CHOICE_CODE.fullmatch(choice.code):
            message = f"choice code {excerpt(choice.code)} must be 1 to 32 letters, digits, _ or -"
            yield RuleFault(place, f"{message}, beginning with a letter or digit")
        elif choice.code in seen:
            yield RuleFault(place, f"choice {excerpt(choice.code)} is there twice")
        seen.add(choice.code or None)


def _language_faults(languages: Sequence[str]) -> Iterator[RuleFault]:
    if not languages:
        yield RuleFault(("languages",), "languages: there must be at least one")
    for index, language in enumerate(languages):
        if language and not _LANGUAGE.fullmatch(language):
            message = f"languages: {excerpt(language)} is not a language tag such as sv or en"
            yield RuleFault(("languages", index), message)
        elif language and language in languages[:index]:
            yield RuleFault(("languages", index), f"languages: {excerpt(language)} is there twice")


def _background_faults(questionnaire: Questionnaire) -> Iterator[RuleFault]:
    seen: set[str] = set()
    for index, variable in enumerate(questionnaire.background):
        path: Path = ("background", index)
        if variable.code and variable.code not in BACKGROUND_CODES:
            hint = did_you_mean(variable.code, BACKGROUND_CODES)
            message = f"must be one of {', '.join(BACKGROUND_CODES)}{hint}"
            yield RuleFault((*path, "code"), f"background {variable.code[:40]}: {message}")
        elif variable.code in seen:
            yield RuleFault((*path, "code"), f"background {variable.code}: is there twice")
        seen.add(variable.code)
        for place, message in choice_faults((*path, "choices"), variable.choices):
            yield RuleFault(place, f"background {variable.code[:40]}: {message}")


def _section_faults(questionnaire: Questionnaire) -> Iterator[RuleFault]:
    seen: set[str] = set()
    for index, section in enumerate(questionnaire.sections):
        path: Path = ("sections", index)
        name = f"section {section.code[:40]}" if section.code else f"section number {index + 1}"
        if section.code and not _CODE.fullmatch(section.code):
            yield RuleFault((*path, "code"), f"{name}: {_code_rule('code', section.code)}")
        elif section.code and section.code in seen:
            yield RuleFault((*path, "code"), f"{name}: the code is used by an earlier section")
        if not section.questions:
            yield RuleFault((*path, "questions"), f"{name}: there must be at least one question")
        seen.add(section.code)


def _question_faults(questionnaire: Questionnaire) -> Iterator[RuleFault]:
    everything = {question.code for question in questionnaire.questions()}
    asked: Asked = {}
    core_questions = 0
    for section_index, section in enumerate(questionnaire.sections):
        for index, question in enumerate(section.questions):
            path: Path = ("sections", section_index, "questions", index)
            name = f"question {question.code[:40]}" if question.code else f"question number {index + 1}"
            for rule in _RULES:
                for place, message in rule(question):
                    yield RuleFault((*path, *place), f"{name}: {message}")
            for place, message in _place_in_order(question, asked, everything):
                yield RuleFault((*path, *place), f"{name}: {message}")
            core_questions += question.core
            if question.core and core_questions > MOST_CORE_QUESTIONS:
                message = f"is core question number {core_questions}; at most {MOST_CORE_QUESTIONS} can be core"
                yield RuleFault((*path, "core"), f"{name}: {message}")
            asked.setdefault(question.code, question)


def _place_in_order(question: Question, asked: Asked, everything: set[str]) -> Iterator[RuleFault]:
    """Rules that look at the other questions: codes used once, routing only by what was asked before."""
    if question.code and question.code in asked:
        yield RuleFault(("code",), "the code is used by an earlier question")
    condition = question.show_if
    if condition is None or not condition.question:
        return
    place: Path = ("show_if", "question")
    wanted = excerpt(condition.question)
    source = asked.get(condition.question)
    if condition.question == question.code:
        yield RuleFault(place, "show_if: a question cannot depend on itself")
    elif source is None and condition.question in everything:
        yield RuleFault(place, f"show_if: question {wanted} is asked later; only an earlier one can decide")
    elif source is None:
        hint = did_you_mean(condition.question, asked)
        yield RuleFault(place, f"show_if: there is no question {wanted}{hint}")
    elif source.kind in ("several", "text"):
        message = f"question {wanted} is of kind {source.kind}; only a question with one answer can decide"
        yield RuleFault(place, f"show_if: {message}")
    elif source.choices:
        yield from _answers_faults(condition.answers, source)


def _answers_faults(answers: Sequence[str], source: Question) -> Iterator[RuleFault]:
    path: Path = ("show_if", "answers")
    if not answers:
        yield RuleFault(path, "show_if: answers must name at least one choice")
    yield from _listed(path, answers, source, f"the choices of question {source.code[:40]}")


def _listed(path: Path, words: Sequence[str], source: Question, whose: str) -> Iterator[RuleFault]:
    """Faults for words that are no choices of `source` or come twice; the reader noted the empty ones."""
    codes = [choice.code for choice in source.choices]
    for index, word in enumerate(words):
        if word and word not in codes:
            message = f"choice {excerpt(word)} in {path[0]} is not among {whose}{did_you_mean(word, codes)}"
            yield RuleFault((*path, index), message)
        elif word and word in words[:index]:
            yield RuleFault((*path, index), f"choice {excerpt(word)} is there twice in {path[0]}")


def _code_rule(what: str, code: str) -> str:
    return f"{what} {excerpt(code)} must be 1 to 32 letters, digits or _, beginning with a letter"


def _code_faults(question: Question) -> Iterator[RuleFault]:
    if question.code and not _CODE.fullmatch(question.code):
        yield RuleFault(("code",), _code_rule("code", question.code))
    elif question.code.lower() in RESERVED_CODES:
        message = f"the code {excerpt(question.code)} is taken: {', '.join(RESERVED_CODES)} are built in"
        yield RuleFault(("code",), message)


def _own_choice_faults(question: Question) -> Iterator[RuleFault]:
    path: Path = ("choices",)
    if question.kind == "text":
        if question.choices:
            yield RuleFault(path, "a text question has no choices")
        return
    yield from choice_faults(path, question.choices)
    codes = Counter(choice.code for choice in question.choices)
    if question.kind == "yes_no" and set(codes) != {YES, NO}:
        yield RuleFault(path, f"a yes_no question has the choices {YES} and {NO}, no others")


def _headline_faults(question: Question) -> Iterator[RuleFault]:
    path: Path = ("headline",)
    if question.headline and question.kind in ("several", "text"):
        reason = "each choice is a figure of its own" if question.kind == "several" else "texts are not counted"
        yield RuleFault(path, f"a {question.kind} question has no headline: {reason}")
    elif question.headline:
        yield from _listed(path, question.headline, question, "its choices")
        if {choice.code for choice in question.choices} == set(question.headline):
            yield RuleFault(path, "headline names every choice, so it would count everybody")
    if bool(question.headline) != bool(question.headline_text):
        given, missing = ("headline", "headline_text") if question.headline else ("headline_text", "headline")
        yield RuleFault((given,), f'"{given}" needs "{missing}" beside it')


def _core_faults(question: Question) -> Iterator[RuleFault]:
    if not question.core:
        return
    if question.kind in ("several", "text"):
        yield RuleFault(("core",), f"a {question.kind} question cannot be core; it must have one answer")
    elif not question.headline:
        yield RuleFault(("core",), 'a core question needs "headline" and "headline_text"')
    if question.show_if is not None:
        yield RuleFault(("core",), "a core question is asked of everybody; it cannot have show_if")


def _limit_faults(question: Question) -> Iterator[RuleFault]:
    if question.max_choices is not None:
        if question.kind != "several":
            yield RuleFault(("max_choices",), "only a several question has max_choices")
        elif 2 <= len(question.choices) < question.max_choices:
            message = f"max_choices is {question.max_choices}, but there are {len(question.choices)} choices"
            yield RuleFault(("max_choices",), message)
    if question.kind == "text":
        for key, offered in (("dont_know", question.dont_know), ("prefer_not", question.prefer_not)):
            if offered:
                yield RuleFault((key,), f"a text question has no {key}; it can be left empty")
    elif question.max_length is not None:
        yield RuleFault(("max_length",), "only a text question has max_length")


_RULES: tuple[Callable[[Question], Iterator[RuleFault]], ...] = (
    _code_faults,
    _own_choice_faults,
    _headline_faults,
    _core_faults,
    _limit_faults,
)
