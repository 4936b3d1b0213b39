"""What the attacks share: releases in bulk, and the methods that were tried and failed, as positive controls.

Everything in a release but its noise is fixed by the data, so its exact vectors and sigmas are captured once
through `measure` itself, and noise of the exact distribution is added as often as an experiment needs.
"""

import math
import random
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from backend.core.blocks import BlockPlan, blocks
from backend.core.measure import measure
from backend.core.plan import Plan
from tests.core.release_examples import random_response

Response = dict[str, str | list[str]]
Table = Callable[[Sequence[Response], np.random.Generator], np.ndarray]
PHI = NormalDist()


class Drawn(NamedTuple):
    """A block with the exact vector that a release would add noise to, and the noise's sigma."""

    block: BlockPlan
    vector: np.ndarray
    sigma: float


def exact_blocks(plan: Plan, records: Sequence[Response]) -> list[Drawn]:
    captured: list[tuple[np.ndarray, float]] = []

    def capture(vector: Sequence[int], sigma: float) -> list[int]:
        captured.append((np.array(vector), sigma))
        return list(vector)

    measure(plan, records, capture)
    return [Drawn(block, *seen) for block, seen in zip(blocks(plan), captured, strict=True)]


def noise(rng: np.random.Generator, sigma: float, shape: tuple[int, ...]) -> np.ndarray:
    """Discrete Gaussian noise by inverting its distribution function."""
    reach = math.ceil(12 * sigma)
    values = np.arange(-reach, reach + 1)
    cumulative = np.cumsum(np.exp(-(values**2) / (2 * sigma**2)))
    return values[np.searchsorted(cumulative / cumulative[-1], rng.random(shape))]


def releases(rng: np.random.Generator, drawn: Drawn, only: np.ndarray, times: int) -> np.ndarray:
    """The block as `times` independent releases show it, in the cells of `only`."""
    return drawn.vector[only] + noise(rng, drawn.sigma, (times, int(only.sum())))


def wave(size: int, seed: int) -> list[Response]:
    rng = random.Random(seed)
    return [random_response(rng) for _ in range(size)]


COUNTED = ("FEEL", "HEARD", "REPORTED", "housing", "age", "gender")
CELLS = [
    (variable, category)
    for variable, categories in {
        "FEEL": ("very", "fairly", "little", "not"),
        "HEARD": ("yes", "no"),
        "REPORTED": ("police", "city", "nobody"),
        "housing": ("house", "flat"),
        "age": ("16-24", "25-64", "65+"),
        "gender": ("woman", "man"),
    }.items()
    for category in categories
]


def belongs(records: Sequence[Response]) -> np.ndarray:
    """Which record stands in which cell of the district table: cells by records."""
    districts = ("D1", "D2", "D3")
    return np.array(
        [
            [record["district"] == district and record.get(variable) == category for record in records]
            for district in districts
            for variable, category in CELLS
        ],
        dtype=float,
    )


def naive_counts(records: Sequence[Response], keys: np.ndarray) -> np.ndarray:
    """The exact table."""
    return belongs(records).sum(axis=1)


def threshold_counts(records: Sequence[Response], keys: np.ndarray) -> np.ndarray:
    """The table with every cell below five left out."""
    counts = naive_counts(records, keys)
    return np.where(counts < 5, -1, counts)


def cell_key_counts(records: Sequence[Response], keys: np.ndarray) -> np.ndarray:
    """The table with each cell moved by -2 to 2, as the sum of its records' random keys decides."""
    member = belongs(records)
    moved = np.floor((member @ keys[: len(records)]) % 1 * 5) - 2
    return np.asarray(member.sum(axis=1) + moved)
