"""One respondent's answers: from untrusted fields to a canonical value, or everything that is wrong with them.

Parsed once, against the wave's frozen questionnaire. Two spellings of the same answers become the same bytes, so
that a resent response can be recognised.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from backend.core.questions import (
    DONT_KNOW,
    ELSEWHERE,
    NOT_SHOWN,
    PREFER_NOT,
    BackgroundVariable,
    Question,
    Questionnaire,
)
from backend.core.routing import is_shown

Answers = dict[str, str | list[str]]
"""Flat: `district`, background variables and question codes. An absent key is a question left blank."""

Raw = Mapping[str, Sequence[str]]
"""Fields as they were sent: each name with all of its values."""

DISTRICT = "district"
DEFAULT_MAX_LENGTH = 140
"""Characters of a text answer to a question that names no limit."""

MOST_NAMED = 20
"""Unknown fields that are named one by one; a hostile request has thousands."""
LONGEST_NAME = 60

_LINE_BREAK = re.compile(r"\r\n|[\n\r\t\v\f\x85\u2028\u2029]")


def mark(message: str) -> str:
    """Marks a message for translation without translating it yet."""
    return message


class AnswerFault(NamedTuple):
    """What is wrong with one field: its name, a marked English message and the values for its placeholders.

    A message never repeats what was answered: faults may be logged, answers may not.
    """

    name: str
    message: str
    values: dict[str, Any]


class AnswersRefused(Exception):
    """The answers cannot be used; `faults` holds all that was found, in the order of the questionnaire."""

    def __init__(self, faults: Sequence[AnswerFault]) -> None:
        self.faults = tuple(faults)
        super().__init__(f"{len(self.faults)} faults in the answers")


def raw_from_json(obj: object) -> dict[str, list[str]]:
    """Fields from decoded JSON: an object of texts and lists of texts; null stands for a question left blank.

    Raises AnswersRefused with a fault for every value of another type; its `path` is `PRIO1[2]` for the third
    member of a list, or `$` for the whole. Names that begin with `_` are passed over.
    """
    if not isinstance(obj, dict):
        raise AnswersRefused([_wrong_type("$", mark("%(path)s must be an object of field names and answers."))])
    raw: dict[str, list[str]] = {}
    faults: list[AnswerFault] = []
    for key, value in obj.items():
        name = str(key)
        if name.startswith("_"):
            continue
        if value is None or isinstance(value, str):
            raw[name] = [] if value is None else [value]
        elif isinstance(value, list):
            raw[name] = [member for member in value if isinstance(member, str)]
            wrong = (i for i, member in enumerate(value) if not isinstance(member, str))
            faults += [_wrong_type(f"{_printable(name)}[{i}]", mark("%(path)s must be a text.")) for i in wrong]
        else:
            faults.append(_wrong_type(_printable(name), mark("%(path)s must be a text or a list of texts.")))
    if faults:
        raise AnswersRefused(faults[:MOST_NAMED])
    return raw


def parse_answers(questionnaire: Questionnaire, districts: Collection[str], raw: Raw) -> Answers:
    """The canonical answers in `raw`: keys in the order of the questionnaire, several choices in theirs.

    `districts` holds the codes that may be chosen; `_elsewhere` always may. Blank answers are left out; a
    question that routing does not show is stored as `_not_shown`, whatever was sent for it. Names that begin
    with `_` belong to the form and are passed over. Raises AnswersRefused with all faults.
    """
    answers: Answers = {}
    faults: list[AnswerFault] = []
    _keep(DISTRICT, _district(raw, districts), answers, faults)
    for variable in questionnaire.background:
        _keep(variable.code, _background(variable, raw), answers, faults)
    shown: set[str] = set()
    for question in questionnaire.questions():
        if is_shown(question, shown, answers):
            shown.add(question.code)
            _keep(question.code, _answer(question, raw), answers, faults)
        else:
            answers[question.code] = NOT_SHOWN
    faults += _unknown_fields(questionnaire, raw)
    if faults:
        raise AnswersRefused(faults)
    return answers


def canonical(answers: Answers) -> bytes:
    """The answers as JSON with sorted keys: equal answers have equal bytes, even when a database moved the keys."""
    return msgspec.json.encode(answers, order="sorted")


Parsed = str | list[str] | None | AnswerFault
"""An answer, None for a blank one, or what is wrong with it."""


def _keep(name: str, parsed: Parsed, answers: Answers, faults: list[AnswerFault]) -> None:
    if isinstance(parsed, AnswerFault):
        faults.append(parsed)
    elif parsed is not None:
        answers[name] = parsed


def _given(raw: Raw, name: str) -> list[str]:
    """The values of a field without the blank ones that a form sends for what was left open."""
    return [value for value in raw.get(name, ()) if value.strip()]


def _district(raw: Raw, districts: Collection[str]) -> Parsed:
    given = _given(raw, DISTRICT)
    if not given:
        return _fault(DISTRICT, mark("Choose your district, or “elsewhere or not stated”."))
    if len(given) > 1:
        return _fault(DISTRICT, mark("Choose only one district."))
    if given[0] != ELSEWHERE and given[0] not in districts:
        return _fault(DISTRICT, mark("This district is not on the list. Choose one from the list."))
    return given[0]


def _background(variable: BackgroundVariable, raw: Raw) -> Parsed:
    codes = [choice.code for choice in variable.choices]
    return _one_of(variable.code, [*codes, PREFER_NOT], _given(raw, variable.code))


def _answer(question: Question, raw: Raw) -> Parsed:
    given = _given(raw, question.code)
    if not given:
        missing = _fault(question.code, mark("Please answer this question."))
        return missing if question.required else None
    if question.kind == "text":
        return _text(question, given)
    if question.kind == "several":
        return _several(question, given)
    codes = [choice.code for choice in question.choices]
    return _one_of(question.code, [*codes, *_special(question)], given)


def _special(question: Question) -> list[str]:
    """The answers beside its choices that the question allows."""
    allowed = ((DONT_KNOW, question.dont_know), (PREFER_NOT, question.prefer_not))
    return [code for code, offered in allowed if offered]


def _one_of(name: str, codes: Collection[str], given: Sequence[str]) -> Parsed:
    if not given:
        return None
    if len(given) > 1:
        return _fault(name, mark("Choose only one answer here."))
    if given[0] not in codes:
        return _fault(name, mark("This answer is not one of the choices. Choose one of them."))
    return given[0]


def _several(question: Question, given: Sequence[str]) -> Parsed:
    name = question.code
    codes = [choice.code for choice in question.choices]
    special = _special(question)
    if any(value not in codes and value not in special for value in given):
        return _fault(name, mark("One of these answers is not among the choices. Choose again."))
    if len(set(given)) < len(given):
        return _fault(name, mark("The same choice came twice. Choose each one once."))
    if given[0] in special and len(given) == 1:
        return given[0]
    if any(value in special for value in given):
        message = mark("Choose either from the list, or “don’t know” or “prefer not to answer”, not both.")
        return _fault(name, message)
    if question.max_choices is not None and len(given) > question.max_choices:
        return _fault(name, mark("Choose at most %(limit)s."), limit=question.max_choices)
    return [code for code in codes if code in given]


def _text(question: Question, given: Sequence[str]) -> Parsed:
    name = question.code
    if len(given) > 1:
        return _fault(name, mark("Write only one answer here."))
    text = unicodedata.normalize("NFC", _LINE_BREAK.sub(" ", given[0])).strip()
    # Cc are control characters, NUL among them; Cs are halves of characters, which UTF-8 cannot hold.
    if any(unicodedata.category(character) in ("Cc", "Cs") for character in text):
        return _fault(name, mark("The text has a character that cannot be stored. Please type it again."))
    limit = question.max_length or DEFAULT_MAX_LENGTH
    if len(text) > limit:
        message = mark("The text has %(length)s characters; at most %(limit)s fit.")
        return _fault(name, message, limit=limit, length=len(text))
    return text


def _unknown_fields(questionnaire: Questionnaire, raw: Raw) -> Iterator[AnswerFault]:
    known = {DISTRICT, *(variable.code for variable in questionnaire.background)}
    known.update(question.code for question in questionnaire.questions())
    unknown = [name for name in raw if name not in known and not name.startswith("_")]
    for name in unknown[:MOST_NAMED]:
        shown_name = _printable(name)
        message = mark("There is no question called “%(name)s” in this survey.")
        yield AnswerFault(shown_name, message, {"name": shown_name})
    if len(unknown) > MOST_NAMED:
        rest = len(unknown) - MOST_NAMED
        yield AnswerFault(
            "", mark("There are %(count)s more fields that this survey does not know."), {"count": rest}
        )


def _fault(name: str, message: str, **values: Any) -> AnswerFault:
    return AnswerFault(name, message, values)


def _wrong_type(path: str, message: str) -> AnswerFault:
    return AnswerFault(path, message, {"path": path})


def _printable(name: str) -> str:
    """A field name from outside, safe to show: no invisible characters and not endless."""
    shown = "".join(character if character.isprintable() else "\ufffd" for character in name[:LONGEST_NAME])
    return f"{shown}…" if len(name) > LONGEST_NAME else shown
