"""From raw answers to noisy integers and figures, in the process that draws; nothing exact outlives it."""

from backend.config import Settings
from backend.core.estimates import estimate
from backend.core.figures import Figure
from backend.core.measure import measure_tabulation
from backend.core.measurements import Measurements
from backend.core.plan import Plan
from backend.releases.counting import count_wave
from backend.releases.mechanism import certifies, draw
from backend.surveys.models import Wave


async def draw_wave(settings: Settings, wave: Wave, plan: Plan) -> tuple[Measurements, tuple[Figure, ...]]:
    """Counts a wave's responses, adds the noise of the plan and estimates the figures.

    The noise has no seed and cannot be replaced; what returns is all that anyone will ever see of the answers.
    """
    tabulation = await count_wave(settings, wave, plan)
    measurements = measure_tabulation(plan, tabulation, draw, certifies)
    return measurements, estimate(plan, measurements)
