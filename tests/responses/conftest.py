"""A wave that is open, and its address."""

import pytest
from starlette.applications import Starlette

from backend.config import Settings
from backend.seed import MovableClock
from backend.surveys.models import Wave
from tests.municipality import start_wave


@pytest.fixture
async def wave(app: Starlette, clock: MovableClock, settings: Settings) -> Wave:
    """A wave that is open now, in the small municipality."""
    return await start_wave(clock, settings)


@pytest.fixture
def address(wave: Wave) -> str:
    """Where the wave is answered, in English."""
    return f"/en/survey/{wave.code}"
