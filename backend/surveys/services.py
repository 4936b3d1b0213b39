"""What planners do with surveys and waves. Opening a wave freezes all that decides its release."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Any

import msgspec
from tortoise.transactions import in_transaction

from backend.audit.services import record_action
from backend.budget.queries import charges_of_year, progress_purpose
from backend.budget.services import charge_budget, lock_ledger
from backend.clock import Clock, local_date
from backend.config import Settings
from backend.core.blocks import charge, progress_rho
from backend.core.budget import left
from backend.core.plan import Plan, Rules, derive_plan, plan_hash
from backend.core.questionnaire_file import (
    definition_text,
    encode_questionnaire,
    parse_questionnaire,
    questionnaire_hash,
)
from backend.core.questions import Questionnaire
from backend.db import connection, is_sqlite
from backend.districts.queries import records_districts
from backend.errors import Problem
from backend.surveys.models import QuestionnaireVersion, Survey, Wave
from backend.surveys.queries import get_latest_questionnaire, get_wave, questionnaire_of, reserved_rho, wave_state

# All that decides whether a wave takes answers; the frozen plan is a hundred times as long and not needed for it.
_STATE_FIELDS = ("id", "code", "starts_at", "ends_at", "grace_hours", "opened_at", "sealed_at")


async def import_questionnaire(clock: Clock, actor: str, data: bytes) -> QuestionnaireVersion:
    """Stores a definition file as a new version of its survey.

    Importing the same content again changes nothing. Raises DefinitionError (with every fault and its line) and
    Problem("version-exists") when the version number is taken by other content.
    """
    questionnaire = parse_questionnaire(definition_text(data))
    hashed = questionnaire_hash(questionnaire)
    async with in_transaction():
        await Survey.get_or_create(code=questionnaire.survey)
        known = await QuestionnaireVersion.get_or_none(survey_id=questionnaire.survey, version=questionnaire.version)
        if known is not None:
            if known.definition_hash != hashed:
                raise Problem("version-exists", survey=questionnaire.survey, version=questionnaire.version)
            return known
        version = await QuestionnaireVersion.create(
            survey_id=questionnaire.survey,
            version=questionnaire.version,
            definition=encode_questionnaire(questionnaire).decode(),
            definition_hash=hashed,
        )
        await record_action(clock, actor, "survey-imported", questionnaire.survey, f"version {questionnaire.version}")
    return version


async def create_wave(
    clock: Clock,
    actor: str,
    settings: Settings,
    *,
    survey: str,
    starts_on: date,
    ends_on: date,
    grace_hours: int | None = None,
    rho: Fraction | None = None,
) -> Wave:
    """Drafts a wave of the survey's latest questionnaire, from the first minute of one day to the last of another.

    Days are those of the municipality's time zone. A draft that is alike in everything is returned instead of a
    second one, so that a button pressed twice makes one wave. Raises Problem: survey-unknown, wave-dates.
    """
    if ends_on < starts_on or ends_on < local_date(clock(), settings.zone):
        raise Problem("wave-dates")
    async with in_transaction():
        # One at a time on PostgreSQL too: both presses would find no draft and take the same code.
        await lock_ledger()
        wanted: dict[str, Any] = {
            "questionnaire": await get_latest_questionnaire(survey),
            "starts_at": _midnight(starts_on, settings),
            "ends_at": _midnight(ends_on + timedelta(days=1), settings),
            "grace_hours": settings.grace_hours if grace_hours is None else grace_hours,
            "rho": str(rho if rho is not None else settings.wave_rho),
            "planned_year": ends_on.year,
        }
        alike = Wave.filter(opened_at__isnull=True, **wanted).prefetch_related("questionnaire")
        if (known := await alike.first()) is not None:
            return known
        wave = await Wave.create(code=await _next_code(survey, ends_on.year), **wanted)
        await record_action(clock, actor, "wave-created", wave.code)
    return wave


async def open_wave(clock: Clock, actor: str, settings: Settings, code: str) -> Wave:
    """Freezes the questionnaire and the release plan under a hash; from now on only the dates decide.

    The progress looks are charged here, before any is taken. Raises Problem: not-found, wave-already-open,
    wave-dates, no-districts, plan-impossible, budget-exhausted.
    """
    async with in_transaction():
        await lock_ledger()
        wave = await get_wave(code)
        now = clock()
        if wave_state(wave, now) != "draft":
            raise Problem("wave-already-open", wave=code)
        if wave.ends_at <= now:
            raise Problem("wave-dates")
        plan = await _derive_plan(settings, wave, questionnaire_of(wave))
        await _refuse_beyond_budget(settings, wave, plan)
        wave.plan = msgspec.json.encode(plan, order="sorted").decode()
        wave.plan_hash = plan_hash(plan)
        wave.opened_at = now
        await wave.save()
        await charge_budget(
            clock,
            year=wave.planned_year,
            cap=settings.survey_budget,
            purpose=progress_purpose(code),
            rho=progress_rho(plan),
        )
        await record_action(clock, actor, "wave-opened", code, f"plan {wave.plan_hash}")
    return wave


async def close_wave(clock: Clock, actor: str, code: str) -> Wave:
    """Ends an open wave now. The year that pays for it stays the planned one.

    Raises Problem: not-found, wave-not-open.
    """
    async with in_transaction():
        wave = await get_wave(code)
        now = clock()
        if wave_state(wave, now) != "open":
            raise Problem("wave-not-open", wave=code)
        wave.ends_at = now
        await wave.save(update_fields=["ends_at"])
        await record_action(clock, actor, "wave-closed", code)
    return wave


async def _refuse_beyond_budget(settings: Settings, wave: Wave, plan: Plan) -> None:
    """A wave is only opened when its year can also pay for its release: nobody answers for nothing."""
    unspent = left(settings.survey_budget, await charges_of_year(wave.planned_year))
    free = unspent - await reserved_rho(wave.planned_year)
    if charge(plan) > free:
        raise Problem(
            "budget-exhausted", year=wave.planned_year, wanted=float(charge(plan)), left=max(0.0, float(free))
        )


async def _derive_plan(settings: Settings, wave: Wave, questionnaire: Questionnaire) -> Plan:
    districts = await records_districts()
    if not districts:
        raise Problem("no-districts")
    rules = Rules(
        row_minimum=settings.row_minimum,
        cross_minimum=settings.cross_minimum,
        withheld_half_width=settings.withheld_half_width,
        uncertain_half_width=settings.uncertain_half_width,
    )
    try:
        return derive_plan(
            questionnaire,
            questionnaire_hash(questionnaire),
            wave.code,
            districts,
            wave.planned_year,
            Fraction(wave.rho),
            rules,
        )
    except ValueError as error:
        raise Problem("plan-impossible", wave=wave.code, detail=str(error)) from error


async def _next_code(survey: str, year: int) -> str:
    stem = f"{survey}-{year}-"
    taken = await Wave.filter(code__startswith=stem).values_list("code", flat=True)
    numbers = [int(tail) for code in taken if (tail := str(code).removeprefix(stem)).isdigit()]
    return f"{stem}{max(numbers, default=0) + 1}"


def _midnight(day: date, settings: Settings) -> datetime:
    # In UTC, because SQLite compares instants as text.
    return datetime.combine(day, time(), tzinfo=settings.zone).astimezone(UTC)


async def hold_waves(wave_ids: Collection[int]) -> list[Wave]:
    """The waves as they are now, kept so until the caller's transaction ends; several callers may hold at once.

    Sealing a wave waits for those who hold it: an answer is either stored before the seal or refused.
    """
    current = connection()
    ids = sorted(wave_ids)
    if not is_sqlite(current):
        # Tortoise only knows the exclusive FOR UPDATE, under which app processes would wait for each other.
        await current.execute_query("SELECT id FROM wave WHERE id = ANY($1) ORDER BY id FOR SHARE", [ids])
    return await Wave.filter(id__in=ids).only(*_STATE_FIELDS).order_by("id")


async def seal_wave(clock: Clock, wave: Wave) -> None:
    """Ends the taking of answers for good, inside the caller's transaction; waits for those who hold the wave."""
    await Wave.filter(id=wave.id, sealed_at__isnull=True).update(sealed_at=clock())
