"""Answering along the life of a wave: what is shown and what is taken at each moment."""

from datetime import timedelta

import msgspec
import pytest

from backend.districts.forms import parse_districts
from backend.districts.services import import_districts
from backend.surveys.services import close_wave, import_questionnaire, open_wave
from tests.municipality import (
    ACTOR,
    ANSWERS,
    RECEIPT,
    SURVEY,
    district_file,
    draft_wave,
    form_of,
    found_municipality,
    population,
    start_wave,
)
from tests.page_client import page_of
from tests.responses.stored import stored_rows

JSON = {"receipt": RECEIPT, "answers": ANSWERS}


async def expect(client, address: str, *, form: int, post: int, words: str = "", problem: str = "") -> None:
    """What the page, a sent form and a program get."""
    shown = await client.get(address)
    sent = await client.post(address, data=form_of(ANSWERS))
    program = await client.post(address, json=JSON)
    assert (shown.status_code, sent.status_code) == (form, post)
    if problem:
        assert (program.status_code, program.json()["type"]) == (post, f"/problems/{problem}")
        assert words in page_of(sent).words
        assert await stored_rows() == []
    else:
        assert program.status_code == 201
    if form != 200:
        assert not page_of(shown).all("input", name="FEEL1")


async def test_no_such_wave(client, clock, settings) -> None:
    await found_municipality(clock)
    for code in ("trygghet-2026-1", "x", "x" * 300, "%00", "..%2f..", "å"):
        await expect(client, f"/en/survey/{code}", form=404, post=404, problem="not-found")


async def test_draft(client, clock, settings) -> None:
    await found_municipality(clock)
    wave = await draft_wave(clock, settings)
    await expect(client, f"/en/survey/{wave.code}", form=404, post=404, problem="not-found")


async def test_scheduled(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    clock.now = wave.starts_at - timedelta(seconds=1)
    address = f"/en/survey/{wave.code}"
    words = "has not started yet. It opens on 10 March 2026"
    await expect(client, address, form=409, post=409, words=words, problem="wave-not-started")
    clock.now = wave.starts_at
    await expect(client, address, form=200, post=200)


async def test_the_last_second_and_the_grace_period(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    address = f"/en/survey/{wave.code}"
    clock.now = wave.ends_at - timedelta(seconds=1)
    assert (await client.get(address)).status_code == 200
    clock.now = wave.ends_at
    await expect(client, address, form=410, post=200)
    clock.now = wave.ends_at + timedelta(hours=24) - timedelta(seconds=1)
    await expect(client, address, form=410, post=200)
    assert len(await stored_rows()) == 1


async def test_faults_can_still_be_mended_in_the_grace_period(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    clock.now = wave.ends_at
    response = await client.post(f"/en/survey/{wave.code}", data=form_of({"district": "hamnen"}))
    assert response.status_code == 422
    assert page_of(response).all("input", name="FEEL1")


async def test_closed(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    clock.now = wave.ends_at + timedelta(hours=24)
    await expect(
        client, f"/en/survey/{wave.code}", form=410, post=410, words="This survey has closed", problem="wave-closed"
    )


async def test_closed_early(client, clock, settings) -> None:
    wave = await start_wave(clock, settings, grace_hours=0)
    await close_wave(clock, ACTOR, wave.code)
    await expect(
        client, f"/en/survey/{wave.code}", form=410, post=410, words="This survey has closed", problem="wave-closed"
    )


async def test_a_late_form_is_not_asked_to_be_mended(client, clock, settings) -> None:
    wave = await start_wave(clock, settings, grace_hours=0)
    clock.now = wave.ends_at
    response = await client.post(f"/en/survey/{wave.code}", data=form_of({"FEEL1": "nonsense"}))
    assert response.status_code == 410


@pytest.mark.parametrize("language", ["sv", "en"])
async def test_what_is_told_speaks_the_language_of_the_address(client, clock, settings, language) -> None:
    wave = await start_wave(clock, settings, grace_hours=0)
    clock.now = wave.ends_at
    page = page_of(await client.get(f"/{language}/survey/{wave.code}"))
    assert ("This survey has closed" in page.words) == (language == "en")


async def test_the_frozen_questionnaire_and_districts_are_asked(client, clock, settings) -> None:
    """What is imported after the opening changes nothing of an open wave's form."""
    wave = await start_wave(clock, settings)
    address = f"/en/survey/{wave.code}"
    renewed = SURVEY.replace("version: 1", "version: 2").replace("very_safe", "entirely_safe")
    await import_questionnaire(clock, ACTOR, renewed.encode())
    moved = district_file().replace(b'"hamnen"', b'"nyhamnen"')
    people = [
        msgspec.structs.replace(row, district=row.district.replace("hamnen", "nyhamnen")) for row in population()
    ]
    await import_districts(parse_districts(moved, language="sv"), people, vintage="2027")
    page = page_of(await client.get(address))
    assert {box["value"] for box in page.all("input", name="FEEL1")} >= {"very_safe"}
    offered = {option["value"] for option in page.all("option")}
    assert offered == {"", "hamnen", "stranden", "skogen", "byn", "_elsewhere"}
    assert (await client.post(address, data=form_of(ANSWERS))).status_code == 200
    refused = await client.post(address, data=form_of({**ANSWERS, "district": "nyhamnen"}, "F" * 16))
    assert refused.status_code == 422
    assert len(await stored_rows()) == 1
    second = await draft_wave(clock, settings, days=20)
    await open_wave(clock, ACTOR, settings, second.code)
    page = page_of(await client.get(f"/en/survey/{second.code}"))
    assert {box["value"] for box in page.all("input", name="FEEL1")} >= {"entirely_safe"}
    assert "nyhamnen" in {option["value"] for option in page.all("option")}
