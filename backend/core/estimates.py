"""From noisy integers to the figures of a release: post-processing, which costs no privacy loss.

The method is the project's own release method (see `method.md` of any release): shares are unbiased before
they are clipped, intervals cover sampling and noise, area and city shares are weighted by population, and the
publication rules look at noisy values only.
"""

from backend.core.crosstables import cross_figures
from backend.core.detail import detail_figures
from backend.core.figures import Figure
from backend.core.headlines import Strata, headline_figures
from backend.core.measurements import Measurements
from backend.core.plan import Plan
from backend.core.readings import Readings
from backend.core.respondents import composition_figures, respondent_figures


def estimate(plan: Plan, measurements: Measurements) -> tuple[Figure, ...]:
    """All figures of a release in a fixed order: respondents, headlines, detail, cross-tables.

    Shares are 0-1, counts are persons. Withheld figures stay as rows without an estimate. A block that was
    not measured yields no figures. Raises ValueError when a measured block lacks a cell of the plan.
    """
    readings = Readings(plan, measurements)
    strata = Strata(readings)
    return (
        *respondent_figures(readings),
        *composition_figures(readings),
        *headline_figures(readings, strata),
        *detail_figures(readings, strata),
        *cross_figures(readings),
    )
