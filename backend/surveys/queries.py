"""Reading surveys and waves. A wave's state follows from its instants."""

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

import msgspec

from backend.core.plan import Plan
from backend.core.questionnaire_file import decode_questionnaire
from backend.core.questions import Questionnaire, Texts
from backend.errors import Problem
from backend.surveys.models import QuestionnaireVersion, Survey, Wave

WaveState = Literal["draft", "scheduled", "open", "grace", "closed"]


def grace_ends_at(wave: Wave) -> datetime:
    """The instant from which no answer is taken any more."""
    return wave.ends_at + timedelta(hours=wave.grace_hours)


def wave_state(wave: Wave, now: datetime) -> WaveState:
    """draft (not frozen yet) → scheduled → open → grace (late arrivals only) → closed."""
    if wave.opened_at is None:
        return "draft"
    if now < wave.starts_at:
        return "scheduled"
    if now < wave.ends_at:
        return "open"
    return "grace" if now < grace_ends_at(wave) and wave.sealed_at is None else "closed"


def takes_answers(wave: Wave, now: datetime) -> bool:
    return wave_state(wave, now) in {"open", "grace"} and wave.sealed_at is None


async def get_wave(code: str) -> Wave:
    """The wave with its questionnaire. Raises Problem("not-found")."""
    # PostgreSQL would refuse even to look for a code with a NUL in it.
    wanted = code[:64].replace("\0", " ")
    wave = await Wave.get_or_none(code=wanted).prefetch_related("questionnaire")
    if wave is None:
        raise Problem("not-found")
    return wave


async def get_public_wave(code: str) -> Wave:
    """A wave that the public may know of: one that has been opened. Raises Problem("not-found")."""
    wave = await get_wave(code)
    if wave.opened_at is None:
        raise Problem("not-found")
    return wave


async def list_waves() -> list[Wave]:
    """Every wave, the latest first."""
    return await Wave.all().prefetch_related("questionnaire").order_by("-starts_at", "-id")


async def list_open_waves(now: datetime) -> list[Wave]:
    """The waves that can be answered now (not those in their grace period)."""
    waves = (
        await Wave.filter(opened_at__isnull=False, starts_at__lte=now, ends_at__gt=now)
        .prefetch_related("questionnaire")
        .order_by("ends_at", "id")
    )
    return [wave for wave in waves if wave_state(wave, now) == "open"]


async def list_answerable_waves(now: datetime) -> list[Wave]:
    """The waves that still take answers or withdrawals, those in their grace period included."""
    waves = await Wave.filter(opened_at__isnull=False, sealed_at__isnull=True).prefetch_related("questionnaire")
    return [wave for wave in waves if takes_answers(wave, now)]


async def list_surveys() -> list[Survey]:
    return await Survey.all().prefetch_related("questionnaires").order_by("code")


async def get_latest_questionnaire(survey: str) -> QuestionnaireVersion:
    """The newest version of a survey's questionnaire. Raises Problem("survey-unknown")."""
    found = await QuestionnaireVersion.filter(survey_id=survey).order_by("-version").first()
    if found is None:
        raise Problem("survey-unknown", survey=survey)
    return found


def questionnaire_of(wave: Wave) -> Questionnaire:
    """The questionnaire of a wave fetched with its version."""
    return _decoded(wave.questionnaire.definition_hash, wave.questionnaire.definition)


def title_of(version: QuestionnaireVersion) -> Texts:
    """The survey's title as a version of its questionnaire has it."""
    return _decoded(version.definition_hash, version.definition).title


def plan_of(wave: Wave) -> Plan:
    """The frozen release plan. Raises Problem("wave-not-open") for a draft, which has none."""
    if wave.plan is None:
        raise Problem("wave-not-open", wave=wave.code)
    return msgspec.json.decode(wave.plan, type=Plan)


# Decoding takes a good part of a millisecond and every answer needs it; the hash names the content for ever.
@lru_cache(maxsize=32)
def _decoded(definition_hash: str, definition: str) -> Questionnaire:
    return decode_questionnaire(definition.encode())
