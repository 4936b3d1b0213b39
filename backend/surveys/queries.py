"""Reading surveys and waves. A wave's state follows from its instants."""

from datetime import datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from backend.budget.queries import list_purposes, release_purpose
from backend.core.blocks import charge, progress_rho
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


class FrozenWave(NamedTuple):
    """What never changes again once a wave has been opened; `districts` are the codes that may be chosen."""

    id: int
    code: str
    questionnaire: Questionnaire
    districts: frozenset[str]


class FrozenWaves:
    """The opened waves of one database, each read once: whoever stores an answer needs no read before it.

    Nothing here says whether a wave takes answers. Its dates may change at any moment, so that is decided inside
    the transaction that stores the answer (`services.hold_waves`).
    """

    def __init__(self) -> None:
        self._known: dict[str, FrozenWave] = {}

    async def get(self, code: str) -> FrozenWave:
        """The wave with this code. Raises Problem("not-found"), for a draft too."""
        known = self._known.get(code)
        if known is None:
            wave = await get_public_wave(code)
            districts = frozenset(district.code for district in plan_of(wave).districts)
            known = self._known[code] = FrozenWave(wave.id, wave.code, questionnaire_of(wave), districts)
        return known


def release_cost(wave: Wave) -> Fraction:
    """The privacy loss that preparing the wave's release will charge; for a draft, what it may charge at most."""
    if not wave.plan:
        return Fraction(wave.rho)
    plan = plan_of(wave)
    # The looks are charged when the wave is opened.
    return charge(plan) - progress_rho(plan)


async def reserved_rho(year: int) -> Fraction:
    """What the releases of the year's opened waves will still need: those that have not been charged yet."""
    charged = await list_purposes(year)
    waves = await Wave.filter(planned_year=year, opened_at__isnull=False)
    return sum((release_cost(w) for w in waves if release_purpose(w.code) not in charged), Fraction(0))


# Decoding takes a good part of a millisecond and every answer needs it; the hash names the content for ever.
@lru_cache(maxsize=32)
def _decoded(definition_hash: str, definition: str) -> Questionnaire:
    return decode_questionnaire(definition.encode())
