"""The questionnaire as plain, frozen values, shared by the form, the response parser and the release.

Texts are mappings from language tag (BCP 47) to text. Codes are stable for ever: they are what is stored,
tabulated and published; labels live in the codebook only.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec

Texts = dict[str, str]
Kind = Literal["scale", "single", "several", "yes_no", "text"]

# Answers that are not a choice. "Don't know" and "prefer not to answer" are stored apart and released as one.
DONT_KNOW = "_dont_know"
PREFER_NOT = "_prefer_not"
NOT_SHOWN = "_not_shown"
# Categories of the release.
NO_VALID_ANSWER = "_no_valid_answer"
NOT_STATED = "_not_stated"
ELSEWHERE = "_elsewhere"

YES, NO = "yes", "no"


class Choice(msgspec.Struct, frozen=True):
    """One thing that can be chosen: its stable code and its label in every language."""

    code: str
    label: Texts


class Condition(msgspec.Struct, frozen=True):
    """Routing: show the question if an earlier single-answer question was answered with one of these codes."""

    question: str
    answers: tuple[str, ...]


class Question(msgspec.Struct, frozen=True):
    """One question.

    `headline` names the choice codes that count towards the headline figure ("feel safe"), `headline_text` says
    in words what that figure is. `core` questions are asked in every wave with unchanged wording: single-answer,
    never routed, at most ten. `several` questions have no headline: each option is an indicator of its own.
    """

    code: str
    kind: Kind
    text: Texts
    help: Texts = {}
    choices: tuple[Choice, ...] = ()
    required: bool = False
    core: bool = False
    headline: tuple[str, ...] = ()
    headline_text: Texts = {}
    dont_know: bool = True
    prefer_not: bool = True
    max_choices: int | None = None
    max_length: int | None = None
    show_if: Condition | None = None


class Section(msgspec.Struct, frozen=True):
    """A group of questions shown together: one `fieldset`, one step."""

    code: str
    title: Texts
    questions: tuple[Question, ...]
    intro: Texts = {}


class BackgroundVariable(msgspec.Struct, frozen=True):
    """A banded fact about the respondent (`age`, `gender`, `housing`); may always be left out.

    `purpose` tells the respondent in words what the fact is used for.
    """

    code: str
    text: Texts
    purpose: Texts
    choices: tuple[Choice, ...]


class Questionnaire(msgspec.Struct, frozen=True):
    """A versioned set of questions; frozen under a hash when its wave opens."""

    survey: str
    version: int
    title: Texts
    intro: Texts
    languages: tuple[str, ...]
    background: tuple[BackgroundVariable, ...]
    sections: tuple[Section, ...]

    def questions(self) -> Iterator[Question]:
        """Every question in the order it is asked."""
        for section in self.sections:
            yield from section.questions

    def variable(self, code: str) -> BackgroundVariable | None:
        """The background variable with this code, or None when the questionnaire does not ask it."""
        return next((v for v in self.background if v.code == code), None)


def text_in(texts: Texts, language: str) -> str:
    """The text in `language`, else in the first language that the text has (never an empty page)."""
    return texts.get(language) or next(iter(texts.values()), "")
