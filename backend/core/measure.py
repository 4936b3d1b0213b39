"""One draw of a release: exact integers in, noisy integers out, and nothing else kept."""

from collections.abc import Iterable

from backend.core.blocks import BlockPlan, blocks
from backend.core.calibration import Certifies, certifies_exactly, smallest_sigma
from backend.core.measurements import Draw, Measurement, Measurements
from backend.core.plan import Plan
from backend.core.tabulation import Answers, Tabulation, tabulate
from backend.core.vectors import exact_vector


def measure(
    plan: Plan, records: Iterable[Answers], draw: Draw, certifies: Certifies = certifies_exactly
) -> Measurements:
    """Count the responses once and draw every block of the plan.

    `draw` adds the noise, `certifies` is the noise source's own opinion on a sigma beside the exact one. The
    charge has to be committed before this is called. Raises as `blocks` and `smallest_sigma` do.
    """
    return measure_tabulation(plan, tabulate(plan, records), draw, certifies)


def measure_tabulation(
    plan: Plan, tabulation: Tabulation, draw: Draw, certifies: Certifies = certifies_exactly
) -> Measurements:
    """Draw every block of the plan from counts that were taken before."""
    return Measurements(
        blocks=tuple(_measure_block(plan, tabulation, block, draw, certifies) for block in blocks(plan))
    )


def _measure_block(
    plan: Plan, tabulation: Tabulation, block: BlockPlan, draw: Draw, certifies: Certifies
) -> Measurement:
    sigma = smallest_sigma(block.l2sq, block.rho, certifies)
    values = draw(exact_vector(plan, tabulation, block), sigma)
    if len(values) != len(block.cells):
        raise ValueError(f"block {block.name}: {len(values)} values were drawn for {len(block.cells)} cells")
    return Measurement(
        block=block.name,
        l2sq=block.l2sq,
        rho=str(block.rho),
        sigma=sigma,
        cells=block.cells,
        values=tuple(values),
    )
