"""One person answers between two released states: what do the two together say about that person's answer?"""

import math
from fractions import Fraction

import numpy as np
import pytest

from backend.core.vectors import response_vector
from tests.core.attacks.attack_bench import (
    CELLS,
    PHI,
    cell_key_counts,
    exact_blocks,
    naive_counts,
    releases,
    threshold_counts,
    wave,
)
from tests.core.release_examples import plan

NEWCOMER = {"district": "D1", "age": "25-64", "gender": "man", "housing": "flat", "HEARD": "no"}
SAFE, UNSAFE = NEWCOMER | {"FEEL": "very"}, NEWCOMER | {"FEEL": "not"}


def answer_rho(planned, drawn_blocks) -> Fraction:
    """The part of the release's rho that the one answer has: each block's, by the answer's part of its square."""
    total = Fraction(0)
    for drawn in drawn_blocks:
        vector = response_vector(planned, SAFE, drawn.block)
        own = sum(v**2 for v, cell in zip(vector, drawn.block.cells, strict=True) if cell.variable == "FEEL")
        total += drawn.block.rho * Fraction(own, drawn.block.l2sq)
    return total


@pytest.mark.parametrize("knows_the_others", [False, True])
@pytest.mark.parametrize("rho", [Fraction(1, 10), Fraction(1, 5), Fraction(1)])
def test_an_answer_is_guessed_no_better_than_its_share_of_the_charge_allows(rho, knows_the_others):
    planned, others, times = plan(rho), wave(150, seed=4), 20_000
    rng = np.random.default_rng(41)
    before = exact_blocks(planned, others)
    right = []
    for truth, sign in ((SAFE, 1), (UNSAFE, -1)):
        score = np.zeros(times)
        for old, new in zip(before, exact_blocks(planned, [*others, truth]), strict=True):
            safe, unsafe = (np.array(response_vector(planned, one, new.block)) for one in (SAFE, UNSAFE))
            told = safe != unsafe
            if knows_the_others:
                first = np.broadcast_to(old.vector[told], (times, int(told.sum())))
            else:
                first = releases(rng, old, told, times)
            middle = (safe + unsafe)[told] / 2
            surplus = releases(rng, new, told, times) - first - middle
            score += surplus @ (safe - unsafe)[told] / new.sigma**2
        right.append(sign * score > 0)
    accuracy = float(np.concatenate(right).mean())
    error = math.sqrt(accuracy * (1 - accuracy) / (2 * times))
    # Bayes: two vectors at most 2 sqrt(l2sq) apart, evenly likely, are told apart with Phi(sqrt(2 rho)).
    allowed = PHI.cdf(math.sqrt(2 * answer_rho(planned, before)))
    assert accuracy <= allowed + 5 * error
    if knows_the_others:
        assert accuracy - 0.5 > 0.5 * (allowed - 0.5)


@pytest.mark.parametrize("published", [naive_counts, threshold_counts, cell_key_counts])
def test_methods_that_were_rejected_give_the_answer_away(published):
    others, times = wave(150, seed=4), 200
    rng = np.random.default_rng(42)
    safe_cell, unsafe_cell = CELLS.index(("FEEL", "very")), CELLS.index(("FEEL", "not"))
    right = 0
    for turn in range(times):
        truth, cell, other = (SAFE, safe_cell, unsafe_cell) if turn % 2 else (UNSAFE, unsafe_cell, safe_cell)
        keys = rng.random(200)
        changed = published([*others, truth], keys) != published(others, keys)
        right += changed[cell] > changed[other] or (changed[cell] == changed[other] and rng.random() < 0.5)
    accuracy = right / times
    allowed = PHI.cdf(math.sqrt(2 * Fraction(1, 5)))
    assert accuracy > allowed + 5 * math.sqrt(max(accuracy * (1 - accuracy), 1e-4) / times)
