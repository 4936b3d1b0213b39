"""Storing questionnaires: versions that never change once they are there."""

import asyncio

import pytest

from backend.audit.models import AuditEntry
from backend.core.questionnaire_nodes import DefinitionError
from backend.errors import Problem
from backend.surveys.models import QuestionnaireVersion, Survey
from backend.surveys.queries import get_latest_questionnaire, title_of
from backend.surveys.services import import_questionnaire
from tests.municipality import ACTOR, SURVEY

NEXT = SURVEY.replace("version: 1", "version: 2").replace("Hur trygg är du?", "Hur trygg känner du dig?")


async def test_the_same_file_again_changes_nothing(opened, clock) -> None:
    first = await import_questionnaire(clock, ACTOR, SURVEY.encode())
    again = await import_questionnaire(clock, ACTOR, ("# A comment is no content.\n" + SURVEY).encode())
    assert (first.id, first.definition_hash) == (again.id, again.definition_hash)
    assert await QuestionnaireVersion.all().count() == 1
    assert await AuditEntry.filter(action="survey-imported").count() == 1


async def test_other_content_needs_another_version(opened, clock) -> None:
    stored = await import_questionnaire(clock, ACTOR, SURVEY.encode())
    with pytest.raises(Problem) as refused:
        await import_questionnaire(clock, ACTOR, NEXT.replace("version: 2", "version: 1").encode())
    assert refused.value.word == "version-exists"
    assert (await QuestionnaireVersion.get(id=stored.id)).definition == stored.definition
    await import_questionnaire(clock, ACTOR, NEXT.encode())
    assert title_of(await get_latest_questionnaire("trygghet"))["sv"] == "Hur trygg känner du dig?"


async def test_the_latest_is_the_highest_and_not_the_last_imported(opened, clock) -> None:
    await import_questionnaire(clock, ACTOR, NEXT.replace("version: 2", "version: 10").encode())
    await import_questionnaire(clock, ACTOR, NEXT.encode())
    assert (await get_latest_questionnaire("trygghet")).version == 10


async def test_several_at_once_store_one(opened, clock) -> None:
    results = await asyncio.gather(
        *(import_questionnaire(clock, ACTOR, SURVEY.encode()) for _ in range(4)), return_exceptions=True
    )
    assert any(isinstance(result, QuestionnaireVersion) for result in results)
    assert await QuestionnaireVersion.all().count() == 1


@pytest.mark.parametrize(
    "data",
    [b"", b"\xff\xfe", b"survey: [", SURVEY.encode("utf-16"), SURVEY.replace("kind: several", "kind: many").encode()],
)
async def test_a_faulty_file_stores_nothing(opened, clock, data) -> None:
    with pytest.raises(DefinitionError) as refused:
        await import_questionnaire(clock, ACTOR, data)
    assert refused.value.faults
    assert not await Survey.all().exists() and not await AuditEntry.all().exists()
