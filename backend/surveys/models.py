"""Surveys, their versioned questionnaires, and their waves (one fielding between two dates)."""

from datetime import datetime

from tortoise import fields
from tortoise.models import Model


class Survey(Model):
    """A lasting inquiry, such as the safety survey."""

    code = fields.CharField(max_length=32, primary_key=True)
    questionnaires: fields.ReverseRelation["QuestionnaireVersion"]

    class Meta:
        table = "survey"


class QuestionnaireVersion(Model):
    """One version of a survey's questions, as canonical JSON under its hash, never changed once imported."""

    id = fields.IntField(primary_key=True)
    survey: fields.ForeignKeyRelation[Survey] = fields.ForeignKeyField(
        "models.Survey", related_name="questionnaires", on_delete=fields.RESTRICT, db_index=True
    )
    survey_id: str
    version = fields.IntField()
    definition = fields.TextField()
    definition_hash = fields.CharField(max_length=64)

    class Meta:
        table = "questionnaire"
        unique_together = (("survey", "version"),)


class Wave(Model):
    """One fielding of a survey. Its state follows from the instants, nothing else says what it is.

    `opened_at` is when questionnaire and plan were frozen (None: a draft). `ends_at` moves to the present when
    the wave is closed early, `planned_year` (the budget's year) does not. `sealed_at` is set when preparing
    begins: from then on no answer is taken and none withdrawn. `compacted_at` is when the stored responses were
    rewritten in key order.
    """

    id = fields.IntField(primary_key=True)
    code = fields.CharField(max_length=64, unique=True)
    questionnaire: fields.ForeignKeyRelation[QuestionnaireVersion] = fields.ForeignKeyField(
        "models.QuestionnaireVersion", related_name="waves", on_delete=fields.RESTRICT, db_index=True
    )
    starts_at = fields.DatetimeField()
    ends_at = fields.DatetimeField()
    grace_hours = fields.IntField()
    rho = fields.CharField(max_length=64)
    planned_year = fields.IntField()
    plan = fields.TextField(null=True)
    plan_hash = fields.CharField(max_length=64, null=True)
    opened_at = fields.DatetimeField(null=True)
    sealed_at = fields.DatetimeField(null=True)
    compacted_at = fields.DatetimeField(null=True)
    responses_deleted_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "wave"
