"""The desk's pages of surveys and waves: drafting, opening, closing, and the noisy looks."""

import asyncio
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from backend.config import Settings
from backend.errors import Problem
from backend.releases.models import ProgressLook
from backend.releases.progress import take_look
from backend.seed import MovableClock
from backend.surveys.forms import MAX_GRACE_HOURS, parse_wave
from backend.surveys.models import Wave
from backend.surveys.queries import wave_state
from tests.desk.conftest import Answer
from tests.municipality import draft_wave, found_municipality
from tests.page_client import PageClient, page_of

TODAY = date(2026, 3, 10)
FORM = {"survey": "trygghet", "starts_on": "2026-04-01", "ends_on": "2026-04-14", "grace_hours": "12"}


async def state_of(wave: Wave, clock: MovableClock) -> str:
    return wave_state(await Wave.get(id=wave.id), clock())


async def test_a_draft_is_made_once_however_often_the_button_is_pressed(
    desk: PageClient, clock: MovableClock
) -> None:
    await found_municipality(clock)
    answers = await asyncio.gather(*(desk.post("/en/staff/surveys", data=FORM) for _ in range(3)))
    assert [(a.status_code, a.headers["location"]) for a in answers] == [(303, "/en/staff/waves/trygghet-2026-1")] * 3
    (wave,) = await Wave.all()
    assert wave.grace_hours == 12 and wave.opened_at is None
    words = page_of(await desk.get("/en/staff/surveys")).words
    assert "1 April 2026" in words and "14 April 2026" in words and "Draft" in words
    assert "delaktig survey import" in words


async def test_another_draft_of_the_same_survey_is_another_wave(desk: PageClient, clock: MovableClock) -> None:
    await found_municipality(clock)
    for hours in ("12", "13"):
        await desk.post("/en/staff/surveys", data={**FORM, "grace_hours": hours})
    assert await Wave.all().count() == 2


async def test_faults_of_a_draft_are_told_and_everything_typed_is_kept(desk: PageClient, clock: MovableClock) -> None:
    await found_municipality(clock)
    typed = {"survey": "trygghet", "starts_on": "2026-04-14", "ends_on": "2026-04-01", "grace_hours": "often"}
    answer = await desk.post("/en/staff/surveys", data=typed)
    assert answer.status_code == 422
    page = page_of(answer)
    assert {a["href"] for a in page.all("a") if a.get("href", "").startswith("#q-")} == {
        "#q-ends_on",
        "#q-grace_hours",
    }
    for name in ("starts_on", "ends_on", "grace_hours"):
        (field,) = page.all("input", name=name)
        assert field["value"] == typed[name]
        assert (field.get("aria-invalid") == "true") is (name != "starts_on")
    assert not await Wave.all().exists()


@pytest.mark.parametrize(
    ("change", "faulty"),
    [
        ({"survey": "unknown"}, ["survey"]),
        ({"starts_on": "2026-03-09"}, ["starts_on"]),
        ({"starts_on": "2026-02-30"}, ["starts_on"]),
        ({"starts_on": "20260401"}, ["starts_on"]),
        ({"ends_on": "9999-12-31"}, ["ends_on"]),
        ({"ends_on": ""}, ["ends_on"]),
        ({"ends_on": "2026-03-31"}, ["ends_on"]),
        ({"grace_hours": "-1"}, ["grace_hours"]),
        ({"grace_hours": str(MAX_GRACE_HOURS + 1)}, ["grace_hours"]),
        ({"grace_hours": "٣"}, ["grace_hours"]),
        ({"survey": "", "starts_on": "", "ends_on": "", "grace_hours": ""}, list(FORM)),
    ],
)
def test_each_fault_of_the_form_is_named(change: dict[str, str], faulty: list[str]) -> None:
    fields = {name: [value] for name, value in {**FORM, **change}.items()}
    with pytest.raises(Problem) as raised:
        parse_wave(fields, {"trygghet"}, TODAY)
    assert raised.value.word == "wave-invalid"
    assert [fault.name for fault in raised.value.fields] == faulty


@example_settings(max_examples=60, deadline=None)
@given(fields=st.dictionaries(st.sampled_from(list(FORM)), st.lists(st.text(max_size=12), max_size=2)))
def test_whatever_is_sent_is_a_form_or_its_faults(fields: dict[str, list[str]]) -> None:
    with pytest.raises(Problem) as raised:
        parse_wave(fields, {"trygghet", "x"}, TODAY)
    assert raised.value.fields


@example_settings(max_examples=60, deadline=None)
@given(start=st.integers(0, 700), length=st.integers(0, 30), hours=st.integers(0, MAX_GRACE_HOURS))
def test_a_sound_form_is_taken_as_it_was_meant(start: int, length: int, hours: int) -> None:
    first = TODAY + timedelta(days=start)
    last = first + timedelta(days=length)
    fields = {"survey": ["x"], "starts_on": [str(first)], "ends_on": [str(last)], "grace_hours": [str(hours)]}
    assert parse_wave(fields, {"x"}, TODAY) == ("x", first, last, hours)


async def test_opening_freezes_and_pressing_twice_changes_nothing(
    desk: PageClient, clock: MovableClock, settings: Settings
) -> None:
    await found_municipality(clock)
    wave = await draft_wave(clock, settings)
    address = f"/en/staff/waves/{wave.code}"
    before = page_of(await desk.get(address))
    assert "nobody can answer yet" in before.words and before.all("form", action=f"{address}/open")
    first, second = [await desk.post(f"{address}/open") for _ in range(2)]
    assert (first.status_code, second.status_code) == (303, 303)
    frozen = await Wave.get(id=wave.id)
    page = page_of(await desk.get(first.headers["location"]))
    assert frozen.plan_hash and frozen.plan_hash in page.words
    assert "version 1" in page.words and not page.all("form", action=f"{address}/open")


async def test_a_draft_whose_days_are_past_cannot_be_opened(
    desk: PageClient, clock: MovableClock, settings: Settings
) -> None:
    await found_municipality(clock)
    wave = await draft_wave(clock, settings, days=2)
    clock.now += timedelta(days=3)
    answer = await desk.post(f"/en/staff/waves/{wave.code}/open")
    assert answer.status_code == 422
    page = page_of(answer)
    assert "must end on a day that is not past" in page.words and "was never opened" in page.words
    assert not page.all("form", action=f"/en/staff/waves/{wave.code}/open")
    assert await state_of(wave, clock) == "draft"


async def test_closing_asks_first_and_ends_the_wave_once(desk: PageClient, wave: Wave, clock: MovableClock) -> None:
    address = f"/en/staff/waves/{wave.code}/close"
    page = page_of(await desk.get(address))
    assert "cannot be undone" in page.words and page.all("form", action=address)
    assert await state_of(wave, clock) == "open"
    assert (await desk.post(address)).status_code == 303
    ended = (await Wave.get(id=wave.id)).ends_at
    clock.now += timedelta(minutes=5)
    assert (await desk.post(address)).status_code == 303
    assert (await Wave.get(id=wave.id)).ends_at == ended
    assert await state_of(wave, clock) == "grace"
    assert (await desk.get(address)).headers["location"] == f"/en/staff/waves/{wave.code}"
    assert "still taken until" in page_of(await desk.get(f"/en/staff/waves/{wave.code}")).words


async def test_a_draft_cannot_be_closed(desk: PageClient, clock: MovableClock, settings: Settings) -> None:
    await found_municipality(clock)
    wave = await draft_wave(clock, settings)
    answer = await desk.post(f"/en/staff/waves/{wave.code}/close")
    assert answer.status_code == 409
    assert "is not open" in page_of(answer).words


async def test_a_step_opened_as_a_page_leads_to_the_wave(desk: PageClient, wave: Wave) -> None:
    for step in ("open", "prepare"):
        answer = await desk.get(f"/sv/staff/waves/{wave.code}/{step}")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sv/staff/waves/{wave.code}")


async def test_an_unknown_wave_is_not_found(desk: PageClient) -> None:
    for step in ("", "/open", "/close", "/prepare"):
        answer = await desk.request("POST" if step else "GET", f"/en/staff/waves/no-such-wave{step}")
        assert answer.status_code == 404, step


async def test_progress_is_shown_as_the_noisy_look_only(
    desk: PageClient, wave: Wave, clock: MovableClock, settings: Settings, answer: Answer
) -> None:
    address = f"/en/staff/waves/{wave.code}"
    await take_look(clock, settings, wave)
    (look,) = await ProgressLook.filter(wave=wave)
    seen = (await desk.get(address)).text
    assert "± 100" in seen and f"{look.noisy_count:,}" in page_of(await desk.get(address)).words
    overview = (await desk.get("/en/staff/")).text
    # What residents send must not change a byte of what staff see before the next night.
    await answer(wave, "hamnen", 23)
    assert (await desk.get(address)).text == seen
    assert (await desk.get("/en/staff/")).text == overview
