"""A municipality with two published releases and a third that is drawn and not published, made once and copied."""

import asyncio
import random
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backend.config import Settings, load_settings
from backend.core.receipt import receipt_from_bytes
from backend.db import database
from backend.releases.services import draw_release, prepare_release, publish_release
from backend.responses.forms import fields_from_json, parse_response
from backend.responses.services import ResponseWriter
from backend.seed import MovableClock
from backend.surveys.models import Wave
from backend.surveys.queries import get_wave, questionnaire_of
from backend.surveys.services import close_wave, open_wave
from tests.conftest import NOON
from tests.municipality import ACTOR, DISTRICTS, draft_wave, found_municipality

# How many answer, by district, and how many of ten feel safe: in hamnen that changes between the waves.
ANSWERING = {"hamnen": 600, "stranden": 500, "skogen": 70, "byn": 20}
SAFE_BEFORE = {"hamnen": 4, "stranden": 6, "skogen": 5, "byn": 5}
SAFE_SINCE = {**SAFE_BEFORE, "hamnen": 8}
BEGINNINGS = [datetime(2025, 9, 1, 12, tzinfo=UTC), datetime(2026, 1, 12, 12, tzinfo=UTC), NOON]
OLD, NEW, UNPUBLISHED = "trygghet-2025-1-r1", "trygghet-2026-1-r1", "trygghet-2026-2-r1"


def settings_of(path: Path) -> Settings:
    return load_settings(
        {
            "DELAKTIG_DATABASE_URL": f"sqlite://{path}",
            "DELAKTIG_MUNICIPALITY_NAME": "Provköping",
            "DELAKTIG_PUBLIC_URL": "http://testserver",
            "DELAKTIG_LANGUAGES": "sv,en,ar",
            "DELAKTIG_ROW_MINIMUM": "50",
            # The noise of production, but so little of it that what is uncertain or withheld here always is.
            "DELAKTIG_WAVE_RHO": "2",
            "DELAKTIG_SURVEY_BUDGET": "5",
        }
    )


async def answer_wave(clock: MovableClock, settings: Settings, wave: Wave, safe: dict[str, int], seed: int) -> None:
    rng = random.Random(seed)
    questionnaire = questionnaire_of(wave)
    writer = ResponseWriter(clock, settings)
    forms = []
    for district, people in ANSWERING.items():
        for number in range(people):
            answers = {
                "district": district,
                "FEEL1": "fairly_safe" if number % 10 < safe[district] else "very_unsafe",
                "SEEN": rng.choice(["yes", "no", "_dont_know"]),
                "FIRST": rng.sample(["light", "adults", "traffic"], 2),
                "age": rng.choice(["16-39", "40-plus"]),
                "gender": rng.choice(["woman", "man"]),
            }
            body = {"receipt": receipt_from_bytes(rng.randbytes(10)), "answers": answers}
            forms.append(parse_response(questionnaire, DISTRICTS, fields_from_json(body)))
    await asyncio.gather(*(writer.record_response(wave, form.receipt, form.answers) for form in forms))


async def make_releases(settings: Settings) -> None:
    clock = MovableClock(BEGINNINGS[0])
    async with database(settings.database_url):
        await found_municipality(clock)
        for number, begins in enumerate(BEGINNINGS):
            clock.now = begins
            wave = await draft_wave(clock, settings, grace_hours=0)
            await open_wave(clock, ACTOR, settings, wave.code)
            await answer_wave(
                clock, settings, await get_wave(wave.code), SAFE_SINCE if number else SAFE_BEFORE, number
            )
            await close_wave(clock, ACTOR, wave.code)
            release = await prepare_release(clock, ACTOR, settings, wave.code)
            await draw_release(clock, settings, release.code)
            if number < 2:
                await publish_release(clock, ACTOR, release.code)


@pytest.fixture(scope="session")
def released_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("released") / "released.sqlite3"
    shutil.copy(sqlite_template, path)
    asyncio.run(make_releases(settings_of(path)))
    return path


@pytest.fixture
def settings(released_template: Path, tmp_path: Path) -> Settings:
    """These tests look at pages and bytes, not at queries: one database is enough."""
    path = tmp_path / "released.sqlite3"
    shutil.copy(released_template, path)
    return settings_of(path)
