"""The production noise against the exact distribution, a second sampler, and its own privacy map."""

import inspect
import json
import math
import random
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

from backend.core.blocks import blocks, charge, progress_rho
from backend.core.calibration import smallest_sigma
from backend.core.measure import measure
from backend.releases import mechanism
from tests.core.noise.cks_sampler import discrete_gaussian
from tests.core.release_examples import city_plan, plan

PRODUCTION = {
    block.name: smallest_sigma(block.l2sq, block.rho, mechanism.certifies)
    for block in blocks(city_plan(Fraction(1, 10)))
}
DRAWS, LIMIT = 60_000, 5.5


def probabilities(sigma: float) -> tuple[np.ndarray, np.ndarray]:
    """The support within 12 sigma and its exact probabilities."""
    reach = math.ceil(12 * sigma)
    values = np.arange(-reach, reach + 1)
    weights = np.exp(-(values**2) / (2 * sigma**2))
    return values, weights / weights.sum()


def chi_square_z(sample: np.ndarray, sigma: float) -> float:
    """How many standard deviations chi-square is off, over bins that expect a sixtieth of the sample each."""
    values, expected = probabilities(sigma)
    bin_of = np.minimum((np.cumsum(expected) * 60).astype(int), 59)
    _, bin_of = np.unique(bin_of, return_inverse=True)
    counts = np.bincount(np.clip(sample - values[0], 0, len(values) - 1), minlength=len(values))
    seen = np.bincount(bin_of, weights=counts)
    wanted = np.bincount(bin_of, weights=expected) * len(sample)
    freedom = len(wanted) - 1
    return float(((seen - wanted) ** 2 / wanted).sum() - freedom) / math.sqrt(2 * freedom)


@pytest.fixture(scope="module")
def samples() -> dict[str, np.ndarray]:
    return {
        name: np.array(mechanism.draw([0] * DRAWS, PRODUCTION[name])) for name in ("n", "core_headline", "age_core")
    }


@pytest.mark.parametrize("name", ["n", "core_headline", "age_core"])
def test_the_noise_has_the_exact_distribution(samples, name):
    assert abs(chi_square_z(samples[name], PRODUCTION[name])) < LIMIT


@pytest.mark.parametrize("factor", [0.97, 1.03])
def test_the_chi_square_test_would_see_a_sigma_three_percent_off(factor):
    values, expected = probabilities(PRODUCTION["core_headline"] * factor)
    sample = np.random.default_rng(5).choice(values, DRAWS, p=expected)
    assert abs(chi_square_z(sample, PRODUCTION["core_headline"])) > LIMIT


def test_the_chi_square_test_would_see_a_sampler_that_draws_zero_too_rarely():
    values, expected = probabilities(PRODUCTION["n"])
    expected = np.where(values == 0, expected / 2, expected)
    sample = np.random.default_rng(6).choice(values, DRAWS, p=expected / expected.sum())
    assert abs(chi_square_z(sample, PRODUCTION["n"])) > LIMIT


@pytest.mark.parametrize("name", ["n", "core_headline", "age_core"])
def test_the_noise_agrees_with_a_second_sampler(samples, name):
    rng = random.Random(11)
    second = np.sort([discrete_gaussian(rng, PRODUCTION[name]) for _ in range(6000)])
    first = np.sort(samples[name])
    at = np.union1d(first, second)
    distance = np.abs(
        np.searchsorted(first, at, "right") / len(first) - np.searchsorted(second, at, "right") / len(second)
    ).max()
    # The Kolmogorov-Smirnov distance that chance exceeds once in ten million times.
    assert distance < math.sqrt(math.log(2e7) / 2 * (1 / len(first) + 1 / len(second)))


def test_neighbouring_cells_get_independent_noise(samples):
    for sample in samples.values():
        assert abs(np.corrcoef(sample[:-1], sample[1:])[0, 1]) * math.sqrt(DRAWS) < LIMIT


def test_the_noise_is_added_to_the_vector():
    noisy = mechanism.draw([1_000_000, -1_000_000, 0], 8.0)
    assert [round(value / 1_000_000) for value in noisy] == [1, -1, 0]
    assert all(type(value) is int for value in noisy)
    assert mechanism.draw([], 8.0) == []


def test_two_processes_draw_different_noise():
    code = "import json; from backend.releases import mechanism; print(json.dumps(mechanism.draw([0] * 40, 61.0)))"
    first, second = (
        json.loads(subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout)
        for _ in range(2)
    )
    assert len(first) == len(second) == 40
    assert first != second


def test_the_noise_takes_no_seed():
    assert list(inspect.signature(mechanism.draw).parameters) == ["vector", "sigma"]
    drawn = []
    for _ in range(2):
        random.seed(1)
        np.random.seed(1)
        drawn.append(mechanism.draw([0] * 40, 61.0))
    assert drawn[0] != drawn[1]


@pytest.mark.parametrize("sigma", [0.0, -1.0, math.nan, math.inf])
def test_a_sigma_that_is_no_positive_number_is_refused(sigma):
    with pytest.raises(ValueError, match="sigma"):
        mechanism.draw([0], sigma)


@pytest.mark.parametrize("rho", [Fraction(1, 10), Fraction(1, 5), Fraction(123457, 10**6)])
def test_the_library_s_map_and_the_exact_loss_both_stay_within_each_charge(rho):
    planned = city_plan(rho)
    measured = measure(planned, [], mechanism.draw, mechanism.certifies)
    wasted = charge(planned) - progress_rho(planned)
    for block in measured.blocks:
        loss = Fraction(block.l2sq) / (2 * Fraction(block.sigma) ** 2)
        assert loss <= Fraction(block.rho)
        mechanism.certify(block.sigma, block.l2sq, Fraction(block.rho))
        wasted -= loss
    assert 0 <= wasted < Fraction(1, 10**9)


def test_a_sigma_that_is_too_small_is_not_certified():
    sigma = smallest_sigma(42, Fraction(1, 100), mechanism.certifies)
    with pytest.raises(mechanism.UnsoundNoise, match="exceeds rho"):
        mechanism.certify(sigma * (1 - 1e-9), 42, Fraction(1, 100))


def test_a_whole_release_is_drawn_with_fresh_noise_each_time():
    first = measure(plan(), [], mechanism.draw, mechanism.certifies)
    second = measure(plan(), [], mechanism.draw, mechanism.certifies)
    assert all(a.values != b.values for a, b in zip(first.blocks[1:], second.blocks[1:], strict=True))


@pytest.mark.parametrize(
    ("installed", "fault"),
    [
        ("0.14.1", "biased"),
        ("0.9.2", "biased"),
        ("0.14.2", "not examined"),
        ("0.16.1", "not examined"),
        ("0.16.0.dev1", "not examined"),
        ("1.0", "not examined"),
    ],
)
def test_another_version_of_the_library_is_refused(installed, fault):
    with pytest.raises(mechanism.UnsoundNoise, match=fault):
        mechanism.check_version(installed)


def test_nothing_is_drawn_with_another_version(monkeypatch):
    mechanism._library.cache_clear()
    monkeypatch.setattr(mechanism, "version", lambda package: "0.14.1")
    with pytest.raises(mechanism.UnsoundNoise):
        mechanism.draw([0], 8.0)
    monkeypatch.undo()
    assert len(mechanism.draw([0], 8.0)) == 1
