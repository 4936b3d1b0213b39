"""A program can find the open waves, ask their questions and send answers, with nothing but these addresses."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from backend.api.answers_schema import answers_schema
from backend.config import ROOT, Settings
from backend.core.answers import AnswersRefused, parse_answers, raw_from_json
from backend.core.questionnaire_file import parse_questionnaire
from backend.core.questions import Questionnaire
from backend.seed import MovableClock
from tests.municipality import ANSWERS, DISTRICTS, RECEIPT, SURVEY, draft_wave, found_municipality, start_wave
from tests.page_client import PageClient


async def test_an_open_wave_can_be_found_understood_and_answered(
    client: PageClient, clock: MovableClock, settings: Settings
) -> None:
    await start_wave(clock, settings)
    (wave,) = (await client.get("/api/v1/waves")).json()["waves"]
    assert wave["title"]["en"] == "How safe are you?"
    assert wave["starts_at"] == "2026-03-10T00:00:00+01:00" and wave["ends_at"] == "2026-03-24T00:00:00+01:00"
    described = (await client.get(f"/api/v1/waves/{wave['code']}")).json()
    assert described["wave"] == wave and described["state"] == "open"
    assert {district["code"]: district["area"] for district in described["districts"]} == DISTRICTS
    assert described["districts"][0]["names"]["sv"] == "Hamnen"
    questions = [q["code"] for section in described["questionnaire"]["sections"] for q in section["questions"]]
    assert questions == ["FEEL1", "SEEN", "TOLD", "FIRST", "WISH"]
    Draft202012Validator.check_schema(described["answers_schema"])
    Draft202012Validator(described["answers_schema"]).validate(ANSWERS)
    sent = await client.post(f"/en/survey/{wave['code']}", json={"receipt": RECEIPT, "answers": ANSWERS})
    assert (sent.status_code, sent.json()) == (201, {"receipt": RECEIPT, "wave": wave["code"]})


async def test_a_wave_s_state_follows_the_clock(client: PageClient, clock: MovableClock, settings: Settings) -> None:
    wave = await start_wave(clock, settings)
    for days, state, listed in ((0, "open", 1), (14, "grace", 0), (16, "closed", 0)):
        clock.now += timedelta(days=days)
        assert (await client.get(f"/api/v1/waves/{wave.code}")).json()["state"] == state
        assert len((await client.get("/api/v1/waves")).json()["waves"]) == listed
        clock.now -= timedelta(days=days)


async def test_a_draft_is_not_public(client: PageClient, clock: MovableClock, settings: Settings) -> None:
    await found_municipality(clock)
    wave = await draft_wave(clock, settings)
    assert (await client.get("/api/v1/waves")).json() == {"waves": []}
    response = await client.get(f"/api/v1/waves/{wave.code}")
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


async def test_an_unknown_wave_is_a_problem(client: PageClient) -> None:
    for code in ("nothing", "%00", "x" * 500):
        response = await client.get(f"/api/v1/waves/{code}")
        assert (response.status_code, response.json()["type"]) == (404, "/problems/not-found")


async def test_any_site_may_read(client: PageClient, clock: MovableClock, settings: Settings) -> None:
    wave = await start_wave(clock, settings)
    for address in ("waves", f"waves/{wave.code}", "openapi.json", "survey.schema.json"):
        response = await client.get(f"/api/v1/{address}")
        assert response.status_code == 200
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["cache-control"] == "no-cache"
    # The last one is the schema of survey definitions as it lies in the tree.
    assert response.headers["content-type"] == "application/schema+json"
    assert response.content == (ROOT / "backend" / "surveys" / "survey.schema.json").read_bytes()


async def test_reading_leaves_nothing_out_of_the_wave(
    client: PageClient, clock: MovableClock, settings: Settings
) -> None:
    """What is public of a wave does not change when somebody answers it."""
    wave = await start_wave(clock, settings)
    addresses = ("/api/v1/waves", f"/api/v1/waves/{wave.code}")
    before = [(await client.get(address)).content for address in addresses]
    await client.post(f"/en/survey/{wave.code}", json={"receipt": RECEIPT, "answers": ANSWERS})
    assert [(await client.get(address)).content for address in addresses] == before


def questionnaires() -> list[Questionnaire]:
    demo = ROOT / "backend" / "demo" / "umea" / "safety-survey.yaml"
    return [parse_questionnaire(SURVEY), parse_questionnaire(demo.read_text("utf-8"))]


ODD: list[Any] = ["unheard-of", "", [], ["unheard-of"], 7, {"a": 1}, "a\0b", "x" * 2000, True, None]


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that fit one property of an answers schema."""
    if "anyOf" in schema:
        return st.one_of([fitting(part) for part in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema["type"] == "array":
        codes = st.sampled_from(schema["items"]["enum"])
        return st.lists(codes, unique=True, min_size=schema["minItems"], max_size=schema["maxItems"])
    if schema["type"] == "string":
        return st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=40)
    return st.none()


@pytest.mark.parametrize("questionnaire", questionnaires(), ids=lambda q: q.survey)
@examples(max_examples=30, deadline=None)
@given(data=st.data())
def test_what_fits_the_schema_is_accepted(questionnaire: Questionnaire, data: st.DataObject) -> None:
    schema = answers_schema(questionnaire, list(DISTRICTS))
    properties = schema["properties"]
    required = {name: fitting(properties[name]) for name in schema["required"]}
    optional = {name: fitting(part) for name, part in properties.items() if name not in required}
    answers = data.draw(st.fixed_dictionaries(required, optional=optional))
    if data.draw(st.booleans()):
        answers[data.draw(st.sampled_from(sorted(properties)))] = data.draw(st.sampled_from(ODD))
    if Draft202012Validator(schema).is_valid(json.loads(json.dumps(answers))):
        assert parse_answers(questionnaire, DISTRICTS, raw_from_json(answers))["district"] == answers["district"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"district": "nowhere"},
        {"FEEL1": "unheard-of"},
        {"FEEL1": None},
        {"FIRST": ["light", "adults", "traffic"]},
        {"FIRST": ["light", "light"]},
        {"WISH": "x" * 141},
        {"WISH": "a\0b"},
        {"NEW": "1"},
        {"age": "unheard-of"},
    ],
)
def test_what_is_refused_does_not_fit_the_schema(wrong: dict[str, Any]) -> None:
    questionnaire = questionnaires()[0]
    answers = {**ANSWERS, **wrong}
    assert not Draft202012Validator(answers_schema(questionnaire, list(DISTRICTS))).is_valid(answers)
    with pytest.raises(AnswersRefused):
        parse_answers(questionnaire, DISTRICTS, raw_from_json(answers))
