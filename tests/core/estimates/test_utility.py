"""What the figures are worth: coverage, no bias by missing answers, and rules that see noisy values only."""

import msgspec
import numpy as np
import pytest

from backend.core.estimates import estimate
from backend.core.figures import Figure
from backend.core.measurements import Cell, Draw, Measurement, Measurements
from backend.core.plan import Plan, PlannedDistrict, Rules
from tests.core.estimates.synthetic import FEEL, PLAN, find, made_up, measured

SIGMA_N, SIGMA_S = 8.0, 11.0
DISTRICTS = 30


def city_of(districts: int) -> Plan:
    """Areas of five districts each, with unequal populations."""
    places = tuple(PlannedDistrict(f"d{i}", f"a{i // 5}", 1000.0 * (1 + i % 5)) for i in range(districts))
    return msgspec.structs.replace(PLAN, districts=places, variables=(FEEL,), age_categories=(), gender_categories=())


def headline_measurements(plan: Plan, n: np.ndarray, s: np.ndarray) -> Measurements:
    def block(name: str, variable: str, sigma: float, values: np.ndarray) -> Measurement:
        cells = tuple(Cell(name, "district", d.code, variable) for d in plan.districts)
        return Measurement(name, 1, "1/60", sigma, cells, tuple(int(v) for v in values))

    return Measurements((block("n", "", SIGMA_N, n), block("core_headline", "FEEL", SIGMA_S, s)))


def simulated(plan: Plan, truth: np.ndarray, n: np.ndarray, source: np.random.Generator) -> tuple[Figure, ...]:
    """One wave: who answers is chance, then noise is added to the count and the balance."""
    safe = source.binomial(n, truth)
    noisy_n = n + np.rint(source.normal(0, SIGMA_N, n.size)).astype(int)
    noisy_s = 2 * safe - n + np.rint(source.normal(0, SIGMA_S, n.size)).astype(int)
    return estimate(plan, headline_measurements(plan, noisy_n, noisy_s))


@pytest.mark.parametrize("sizes", [(120, 400), (400, 1000)])
def test_intervals_cover_the_truth_as_often_as_they_say(sizes: tuple[int, int]) -> None:
    """Thousands of districts: the standard error of the coverage is 0.2 points, far inside the bounds."""
    source = np.random.default_rng(20261)
    plan = city_of(DISTRICTS)
    truth = source.uniform(0.1, 0.9, DISTRICTS)
    n = source.integers(*sizes, DISTRICTS)
    populations = np.array([d.population for d in plan.districts])
    # Precision rules are opened: coverage is a property of the interval, not of which ones are shown.
    plan = msgspec.structs.replace(plan, rules=Rules(row_minimum=1, withheld_half_width=1.0))
    hits: dict[str, list[bool]] = {"district": [], "area": [], "city": []}
    for _ in range(400):
        for figure in simulated(plan, truth, n, source):
            if figure.measure == "share" and figure.low is not None and figure.high is not None:
                chosen = [figure.level == "city" or figure.place in (d.code, d.area) for d in plan.districts]
                real = np.average(truth[chosen], weights=populations[chosen])
                hits[figure.level].append(figure.low <= real <= figure.high)
    assert len(hits["district"]) == 400 * DISTRICTS
    assert 0.935 <= np.mean(hits["district"]) <= 0.975
    # The city has one figure a wave and so a standard error of a whole point.
    assert 0.935 <= np.mean(hits["area"]) <= 0.975
    assert 0.92 <= np.mean(hits["city"]) <= 1.0


def test_missing_answers_do_not_bias_the_share_of_all_respondents() -> None:
    """With 12 % without a valid answer the mean estimate stays within four standard errors of the truth."""
    source = np.random.default_rng(7)
    plan = city_of(DISTRICTS)
    truth = np.full(DISTRICTS, 0.88 * 0.2)
    estimates: list[float] = []
    for _ in range(150):
        figures = simulated(plan, truth, np.full(DISTRICTS, 300), source)
        estimates += [f.estimate for f in figures if f.level == "district" and f.variable and f.estimate]
    assert len(estimates) == 150 * DISTRICTS
    error = float(np.std(estimates)) / len(estimates) ** 0.5
    assert abs(np.mean(estimates) - truth[0]) < 4 * error
    assert error < 0.001


def test_rules_see_the_noisy_count_and_not_the_true_one() -> None:
    def shifted(by: int) -> Draw:
        return lambda values, sigma: [v + by for v in values] if sigma == 8.0 else list(values)

    below = made_up({"d1": 90, "d2": 300, "d3": 300, "d4": 300, "_elsewhere": 9})
    above = made_up({"d1": 110, "d2": 300, "d3": 300, "d4": 300, "_elsewhere": 9})
    opened = msgspec.structs.replace(PLAN, rules=Rules(withheld_half_width=0.5))
    shown = find(estimate(opened, measured(opened, below, shifted(15))), place="d1", variable="FEEL")
    hidden = find(estimate(opened, measured(opened, above, shifted(-15))), place="d1", variable="FEEL")
    assert (shown.status, shown.n) == ("published", 105)
    assert (hidden.status, hidden.n) == ("withheld-few", 95)


def test_other_true_counts_behind_the_same_noisy_ones_change_nothing() -> None:
    """The noise makes up for the other counts: the figures must then be the same to the last bit."""
    few, many = made_up({"d1": 120, "d2": 90}, seed=3), made_up({"d1": 130, "d2": 101}, seed=4)
    target = measured(PLAN, many)
    values = iter([block.values for block in target.blocks])
    made_equal = measured(PLAN, few, lambda exact, sigma: list(next(values)))
    plain = measured(PLAN, few)
    assert estimate(PLAN, made_equal) == estimate(PLAN, target)
    assert estimate(PLAN, plain) != estimate(PLAN, target)
