"""The answers to one very wave as a JSON Schema (draft 2020-12), for programs that ask the questions themselves."""

from collections.abc import Sequence
from typing import Any

from backend.core.answers import DEFAULT_MAX_LENGTH, DISTRICT
from backend.core.questions import (
    DONT_KNOW,
    ELSEWHERE,
    NO,
    PREFER_NOT,
    YES,
    BackgroundVariable,
    Question,
    Questionnaire,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
# Control characters cannot be stored; line breaks become spaces in a form and are left out here.
PRINTABLE = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$"

Schema = dict[str, Any]


def answers_schema(questionnaire: Questionnaire, districts: Sequence[str]) -> Schema:
    """What `answers` may hold: whatever fits is accepted. The answer to a question that routing hides is passed over.

    `districts` are the codes of the wave's plan; "elsewhere or not stated" is added.
    """
    properties: Schema = {DISTRICT: {"enum": [*districts, ELSEWHERE]}}
    required = [DISTRICT]
    for variable in questionnaire.background:
        properties[variable.code] = _background(variable)
    for question in questionnaire.questions():
        properties[question.code] = _question(question)
        if question.required and question.show_if is None:
            required.append(question.code)
    return {
        "$schema": DIALECT,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _background(variable: BackgroundVariable) -> Schema:
    return {"enum": [*(choice.code for choice in variable.choices), PREFER_NOT, None]}


def _question(question: Question) -> Schema:
    blank = [] if question.required else [None]
    if question.kind == "text":
        return _text(question)
    special = [DONT_KNOW] * question.dont_know + [PREFER_NOT] * question.prefer_not
    codes = [choice.code for choice in question.choices] or [YES, NO]
    if question.kind != "several":
        return {"enum": [*codes, *special, *blank]}
    several: Schema = {
        "type": "array",
        "items": {"enum": codes},
        "uniqueItems": True,
        "minItems": 1,
        "maxItems": question.max_choices or len(codes),
    }
    single = [*special, *blank]
    return {"anyOf": [several, {"enum": single}]} if single else several


def _text(question: Question) -> Schema:
    text: Schema = {
        "type": "string",
        "maxLength": question.max_length or DEFAULT_MAX_LENGTH,
        "pattern": PRINTABLE if not question.required else "^(?=.*\\S)" + PRINTABLE[1:],
    }
    return text if question.required else {"anyOf": [text, {"type": "null"}]}
