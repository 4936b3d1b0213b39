"""A wave on its way to a release: answered, closed, prepared and drawn, through the services."""

import asyncio
import random
from datetime import timedelta

from backend.config import Settings
from backend.core.receipt import receipt_from_bytes
from backend.releases.models import Release
from backend.releases.services import draw_release, prepare_release
from backend.responses.forms import parse_response
from backend.responses.services import ResponseWriter
from backend.seed import MovableClock
from backend.surveys.models import Wave
from backend.surveys.queries import get_wave, questionnaire_of
from backend.surveys.services import close_wave
from tests.municipality import ACTOR, DISTRICTS, start_wave

SCALE = ("very_safe", "fairly_safe", "fairly_unsafe", "very_unsafe")


def invented(number: int, seed: int) -> list[dict[str, list[str]]]:
    """The form fields of so many respondents; the same seed gives the same."""
    source = random.Random(seed)
    return [
        {
            "district": [source.choice(list(DISTRICTS))],
            "FEEL1": [source.choice(SCALE)],
            "SEEN": ["no"],
            "age": [source.choice(["16-39", "40-plus"])],
            "gender": [source.choice(["woman", "man", "other"])],
            "_receipt": [receipt_from_bytes(source.randbytes(10))],
        }
        for _ in range(number)
    ]


async def answer(clock: MovableClock, settings: Settings, wave: Wave, number: int, seed: int = 1) -> None:
    """Stores the answers of so many respondents in an open wave."""
    questionnaire = questionnaire_of(await get_wave(wave.code))
    writer = ResponseWriter(clock, settings)
    forms = [parse_response(questionnaire, set(DISTRICTS), fields) for fields in invented(number, seed)]
    await asyncio.gather(*(writer.record_response(wave, form.receipt, form.answers) for form in forms))


async def closed_wave(clock: MovableClock, settings: Settings, number: int = 60, seed: int = 1) -> Wave:
    """A municipality with a wave that so many answered, closed and past its grace period."""
    wave = await start_wave(clock, settings, grace_hours=1)
    await answer(clock, settings, wave, number, seed)
    clock.now += timedelta(days=1)
    await close_wave(clock, ACTOR, wave.code)
    clock.now += timedelta(hours=2)
    return await get_wave(wave.code)


async def stored_release(clock: MovableClock, settings: Settings, number: int = 60) -> Release:
    """The drawn and stored release of such a wave."""
    wave = await closed_wave(clock, settings, number)
    release = await prepare_release(clock, ACTOR, settings, wave.code)
    return await draw_release(clock, settings, release.code)
