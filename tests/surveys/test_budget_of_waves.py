"""A wave is opened only when its year can pay for its release as well."""

import pytest

from backend.budget.models import LedgerEntry
from backend.errors import Problem
from backend.surveys.models import Wave
from backend.surveys.services import open_wave
from tests.municipality import ACTOR, draft_wave, start_wave


async def test_a_third_wave_of_a_year_is_refused_before_anyone_answers_it(opened, clock):
    await start_wave(clock, opened)
    second = await draft_wave(clock, opened)
    await open_wave(clock, ACTOR, opened, second.code)
    third = await draft_wave(clock, opened)
    with pytest.raises(Problem, match="2026 does not allow this") as refused:
        await open_wave(clock, ACTOR, opened, third.code)
    assert refused.value.word == "budget-exhausted"
    assert (await Wave.get(code=third.code)).opened_at is None
    assert not await LedgerEntry.filter(purpose=f"progress:{third.code}").exists()
