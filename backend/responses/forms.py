"""Parsing what a resident sent, once, into a value that needs no further checking."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from backend.core.answers import Answers, AnswersRefused, parse_answers, raw_from_json
from backend.core.questions import Questionnaire
from backend.core.receipt import normalise_receipt
from backend.errors import FieldError, Problem, mark

RECEIPT_FIELD = "_receipt"
JSON_SHAPE = mark("Send an object with the texts “receipt” and “answers”.")


class ResponseForm(NamedTuple):
    """A response as the service takes it."""

    receipt: str
    answers: Answers


def parse_response(
    questionnaire: Questionnaire, districts: Collection[str], fields: Mapping[str, Sequence[str]]
) -> ResponseForm:
    """The form's fields against the wave's frozen questionnaire.

    Raises Problem: receipt-invalid, response-invalid (with every field at fault).
    """
    receipt = parse_receipt(fields)
    try:
        return ResponseForm(receipt, parse_answers(questionnaire, districts, fields))
    except AnswersRefused as refused:
        raise _invalid(refused) from refused


def fields_from_json(body: object) -> dict[str, list[str]]:
    """The same fields from `{"receipt": "…", "answers": {…}}`. Raises Problem("response-invalid")."""
    if not isinstance(body, dict) or set(body) != {"receipt", "answers"}:
        raise Problem("response-invalid", fields=(FieldError("$", JSON_SHAPE),))
    if not isinstance(body["receipt"], str):
        raise Problem("receipt-invalid")
    try:
        return {**raw_from_json(body["answers"]), RECEIPT_FIELD: [body["receipt"]]}
    except AnswersRefused as refused:
        raise _invalid(refused) from refused


def parse_receipt(fields: Mapping[str, Sequence[str]]) -> str:
    """The receipt someone typed. Raises Problem("receipt-invalid")."""
    receipt = normalise_receipt(next(iter(fields.get(RECEIPT_FIELD, ())), ""))
    if receipt is None:
        raise Problem("receipt-invalid")
    return receipt


def _invalid(refused: AnswersRefused) -> Problem:
    return Problem("response-invalid", fields=tuple(FieldError(*fault) for fault in refused.faults))
