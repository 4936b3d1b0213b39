"""Was this person among the respondents? The attacker knows the answers of all others and of the person."""

import math
from fractions import Fraction

import numpy as np
import pytest

from backend.core.blocks import charge
from backend.core.vectors import response_vector
from tests.core.attacks.attack_bench import (
    PHI,
    belongs,
    cell_key_counts,
    exact_blocks,
    naive_counts,
    noise,
    releases,
    threshold_counts,
    wave,
)
from tests.core.release_examples import plan

FALSE_POSITIVES = 0.01
TARGET = {
    "district": "D2",
    "age": "65+",
    "gender": "woman",
    "housing": "house",
    "FEEL": "not",
    "HEARD": "yes",
    "REPORTED": "nobody",
    "FIRST": ["lighting"],
    "SEEN": "_not_shown",
}


def bound(rho: Fraction) -> float:
    """The most true positives that any attacker reaches at one percent false ones against rho-zCDP noise."""
    return PHI.cdf(PHI.inv_cdf(FALSE_POSITIVES) + math.sqrt(2 * rho))


def true_positive_rate(without: np.ndarray, present: np.ndarray) -> tuple[float, float]:
    """The rate at one percent false positives, and its standard error."""
    rate = float((present > np.quantile(without, 1 - FALSE_POSITIVES)).mean())
    return rate, math.sqrt(max(rate * (1 - rate), 1e-4) / len(present))


@pytest.mark.parametrize("rho", [Fraction(1, 10), Fraction(1, 5), Fraction(1)])
def test_membership_is_found_no_more_often_than_the_charge_allows(rho):
    planned, others, times = plan(rho), wave(150, seed=3), 20_000
    rng = np.random.default_rng(31)
    scores = []
    for records in (others, [*others, TARGET]):
        score = np.zeros(times)
        for known, drawn in zip(exact_blocks(planned, others), exact_blocks(planned, records), strict=True):
            vector = np.array(response_vector(planned, TARGET, drawn.block))
            touched = vector != 0
            # The likelihood ratio of "present" to "absent": no attack is stronger (Neyman and Pearson).
            surplus = releases(rng, drawn, touched, times) - known.vector[touched]
            score += surplus @ vector[touched] / drawn.sigma**2
        scores.append(score)
    rate, error = true_positive_rate(*scores)
    assert rate <= bound(charge(planned)) + 5 * error
    # An attack too weak to matter would pass as well, so it has to come close to its limit.
    assert rate > 0.7 * bound(charge(planned))


@pytest.mark.parametrize("published", [naive_counts, threshold_counts, cell_key_counts])
def test_methods_that_were_rejected_give_membership_away(published):
    others, times = wave(150, seed=3), 200
    rng = np.random.default_rng(32)
    # The attacker adds up the cells that the person would stand in and that are shown, less the others' counts.
    looked_at = belongs([TARGET])[:, 0].astype(bool) & (published(others, rng.random(200)) >= 0)
    known = naive_counts(others, rng.random(200))[looked_at].sum()
    # A tie is broken at random: exact tables would otherwise put every score on the threshold.
    scores = [
        [published(records, rng.random(200))[looked_at].sum() - known + rng.random() / 1000 for _ in range(times)]
        for records in (others, [*others, TARGET])
    ]
    rate, error = true_positive_rate(*(np.array(score) for score in scores))
    assert rate > bound(Fraction(1, 5)) + 5 * error


def test_the_bench_s_noise_has_the_variance_it_is_asked_for():
    drawn = noise(np.random.default_rng(33), 8.15, (200_000,))
    assert abs(drawn.std() / 8.15 - 1) < 5 / math.sqrt(400_000)
