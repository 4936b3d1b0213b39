"""The JSON bodies of the interface for programs; the OpenAPI description is made from these same types."""

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec

from backend.core.questions import Questionnaire, Texts

Receipt = Annotated[
    str,
    msgspec.Meta(
        description=(
            "Made by the sender from 80 random bits: sixteen characters of Crockford's base 32, in groups of four. "
            "Only its hash is stored. The same receipt with the same answers is the same response."
        ),
        examples=["7KQ2-M4XW-9TBD-3HNE"],
    ),
]


class NewResponse(msgspec.Struct, frozen=True):
    """One person's answers to a wave. Which answers are possible is told by the wave's `answers_schema`."""

    receipt: Receipt
    answers: dict[str, str | list[str] | None]


class StoredResponse(msgspec.Struct, frozen=True):
    """The answers are on disk."""

    receipt: Receipt
    wave: str


class Withdrawal(msgspec.Struct, frozen=True):
    """Deletes the answers that were sent with this receipt, for as long as their wave takes answers."""

    receipt: Receipt


class FieldFault(msgspec.Struct, frozen=True):
    """What is wrong with one field, in the language of the address."""

    field: str
    detail: str


class ProblemDetails(msgspec.Struct, frozen=True):
    """A failure (RFC 9457). `type` ends in a stable word such as `wave-closed`."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldFault] | msgspec.UnsetType = msgspec.UNSET


class WaveSummary(msgspec.Struct, frozen=True):
    """A wave that can be answered now. Instants carry the municipality's offset from UTC."""

    code: str
    survey: str
    title: Texts
    starts_at: datetime
    ends_at: datetime
    languages: tuple[str, ...]


class OpenWaves(msgspec.Struct, frozen=True):
    """The waves that can be answered now."""

    waves: list[WaveSummary]


class DistrictChoice(msgspec.Struct, frozen=True):
    """A district that may be chosen, by its lasting code."""

    code: str
    area: str
    names: Texts


class WaveDescription(msgspec.Struct, frozen=True):
    """Everything that is needed to ask a wave's questions: frozen when it opened, the same for everyone."""

    wave: WaveSummary
    state: Literal["scheduled", "open", "grace", "closed"]
    questionnaire: Questionnaire
    districts: list[DistrictChoice]
    answers_schema: dict[str, Any]


class Health(msgspec.Struct, frozen=True):
    """What the machine that watches over the service wants to know."""

    status: Literal["live", "ready"]
