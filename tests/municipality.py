"""A small municipality for the tests: two areas, four districts, a short survey, and a wave that is open now."""

import json
from datetime import timedelta

from backend.accounts.services import create_account
from backend.clock import local_date
from backend.config import Settings
from backend.districts.forms import PopulationRow, parse_districts
from backend.districts.services import import_districts
from backend.seed import MovableClock
from backend.surveys.models import Wave
from backend.surveys.services import create_wave, import_questionnaire, open_wave

ACTOR = "tests"
PASSWORD = "correct horse battery"
DISTRICTS = {"hamnen": "kusten", "stranden": "kusten", "skogen": "inlandet", "byn": "inlandet"}

SURVEY = """
survey: trygghet
version: 1
languages: [sv, en]
title: {sv: "Hur trygg är du?", en: "How safe are you?"}
intro: {sv: "Några frågor om var du bor.", en: "A few questions about where you live."}
scales:
  safe:
    - {code: very_safe, sv: "Mycket trygg", en: "Very safe"}
    - {code: fairly_safe, sv: "Ganska trygg", en: "Fairly safe"}
    - {code: fairly_unsafe, sv: "Ganska otrygg", en: "Fairly unsafe"}
    - {code: very_unsafe, sv: "Mycket otrygg", en: "Very unsafe"}
background:
  - code: age
    text: {sv: "Hur gammal är du?", en: "How old are you?"}
    purpose: {sv: "För att jämföra åldrar.", en: "To compare ages."}
    choices:
      - {code: 16-39, sv: "16–39 år", en: "16–39 years"}
      - {code: 40-plus, sv: "40 år eller äldre", en: "40 years or older"}
  - code: gender
    text: {sv: "Kön", en: "Gender"}
    purpose: {sv: "För att jämföra kön.", en: "To compare genders."}
    choices:
      - {code: woman, sv: "Kvinna", en: "Woman"}
      - {code: man, sv: "Man", en: "Man"}
      - {code: other, sv: "Annat", en: "Other"}
sections:
  - code: feeling
    title: {sv: "Trygghet", en: "Safety"}
    questions:
      - code: FEEL1
        kind: scale
        scale: safe
        required: true
        core: true
        text: {sv: "Hur trygg är du ute när det är mörkt?", en: "How safe are you out after dark?"}
        headline: [very_safe, fairly_safe]
        headline_text: {sv: "är trygga ute efter mörkret", en: "are safe out after dark"}
      - code: SEEN
        kind: yes_no
        text: {sv: "Har du sett ett bråk?", en: "Have you seen a fight?"}
      - code: TOLD
        kind: yes_no
        text: {sv: "Berättade du för någon?", en: "Did you tell anyone?"}
        show_if: {question: SEEN, answers: ["yes"]}
      - code: FIRST
        kind: several
        max_choices: 2
        text: {sv: "Vad ska göras först?", en: "What should be done first?"}
        choices:
          - {code: light, sv: "Ljus", en: "Light"}
          - {code: adults, sv: "Vuxna ute", en: "Adults out"}
          - {code: traffic, sv: "Trafik", en: "Traffic"}
      - code: WISH
        kind: text
        max_length: 140
        text: {sv: "Vad önskar du?", en: "What do you wish for?"}
"""

ANSWERS = {"district": "hamnen", "FEEL1": "very_safe", "SEEN": "no", "FIRST": ["light"], "age": "16-39"}
RECEIPT = "0123-4567-89AB-CDEF"


def district_file() -> bytes:
    """Four squares in a row, as GeoJSON."""
    features = []
    for place, (code, area) in enumerate(DISTRICTS.items()):
        west, south = 20.0 + place * 0.1, 63.8
        ring = [[west, south], [west + 0.1, south], [west + 0.1, south + 0.1], [west, south + 0.1], [west, south]]
        features.append(
            {
                "type": "Feature",
                "properties": {
                    "code": code,
                    "names": {"sv": code.title(), "en": f"The {code}"},
                    "area": area,
                    "area_names": {"sv": area.title(), "en": f"The {area}"},
                },
                "geometry": {"type": "Polygon", "coordinates": [ring]},
            }
        )
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def population() -> list[PopulationRow]:
    """A thousand grown-ups of each sex and of each of two age bands in every district."""
    return [
        PopulationRow(code, age_from, age_to, sex, 1000)
        for code in DISTRICTS
        for age_from, age_to in ((20, 39), (40, None))
        for sex in ("woman", "man")
    ]


async def found_municipality(clock: MovableClock) -> None:
    """Districts and survey, through the same services as everyone's."""
    await import_districts(parse_districts(district_file(), language="sv"), population(), vintage="2026")
    await import_questionnaire(clock, ACTOR, SURVEY.encode())


async def draft_wave(clock: MovableClock, settings: Settings, *, days: int = 14, grace_hours: int = 24) -> Wave:
    """A wave that begins today."""
    today = local_date(clock(), settings.zone)
    return await create_wave(
        clock,
        ACTOR,
        settings,
        survey="trygghet",
        starts_on=today,
        ends_on=today + timedelta(days=days - 1),
        grace_hours=grace_hours,
    )


async def start_wave(clock: MovableClock, settings: Settings, **options: int) -> Wave:
    """A municipality with a wave that is open now."""
    await found_municipality(clock)
    wave = await draft_wave(clock, settings, **options)
    return await open_wave(clock, ACTOR, settings, wave.code)


async def make_planner(clock: MovableClock, email: str = "planner@example.org", role: str = "planner") -> str:
    """A staff account; returns its e-mail address. Its password is PASSWORD."""
    await create_account(clock, ACTOR, email=email, name="A planner", role=role, password=PASSWORD)
    return email


def form_of(answers: dict[str, str | list[str]], receipt: str = RECEIPT) -> dict[str, str | list[str]]:
    """The fields that a browser sends for these answers."""
    return {**answers, "_receipt": receipt}
