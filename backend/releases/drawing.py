"""From raw answers to noisy integers and figures: the only place where exact counts exist, and only in memory."""

import gc

from backend.core.estimates import estimate
from backend.core.figures import Figure
from backend.core.measure import measure_tabulation
from backend.core.measurements import Measurements
from backend.core.plan import Plan
from backend.core.tabulation import Tabulation
from backend.releases.mechanism import certifies, draw
from backend.responses.queries import records_answers
from backend.surveys.models import Wave


async def draw_wave(wave: Wave, plan: Plan) -> tuple[Measurements, tuple[Figure, ...]]:
    """Counts a wave's responses, adds the noise of the plan and estimates the figures.

    The noise has no seed and cannot be replaced; what returns is all that anyone will ever see of the answers.
    """
    tabulation = await _count(wave, plan)
    measurements = measure_tabulation(plan, tabulation, draw, certifies)
    return measurements, estimate(plan, measurements)


async def _count(wave: Wave, plan: Plan) -> Tabulation:
    tabulation = Tabulation(plan)
    # Answers never refer to each other in a circle; looking for circles among them takes a tenth of the whole time.
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        async for chunk in records_answers(wave):
            for answers in chunk:
                tabulation.add(answers)
    finally:
        if was_collecting:
            gc.enable()
    return tabulation
