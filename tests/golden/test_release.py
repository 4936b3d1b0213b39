"""A whole release, byte for byte: a changed byte in a published format is a reviewed decision (README.md)."""

import os
from pathlib import Path

import pytest

from backend.core.release_files import release_files
from tests.golden.example import example_release

GOLDEN = Path(__file__).parent / "release"
FILES = [
    "measurements.csv",
    "results.csv",
    "codebook.csv",
    "districts.geojson",
    "method.md",
    "datapackage.json",
]


@pytest.fixture(scope="module")
def written() -> dict[str, bytes]:
    files = release_files(example_release())
    if os.environ.get("DELAKTIG_RENEW_GOLDEN") == "1":
        GOLDEN.mkdir(exist_ok=True)
        for name, content in files.items():
            (GOLDEN / name).write_bytes(content)
    return files


def test_the_files_and_their_order_are_fixed(written: dict[str, bytes]) -> None:
    assert list(written) == FILES
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_the_golden_one(written: dict[str, bytes], name: str) -> None:
    golden = (GOLDEN / name).read_bytes()
    assert written[name].decode().splitlines() == golden.decode().splitlines()
    assert written[name] == golden


def test_writing_twice_gives_the_same_bytes(written: dict[str, bytes]) -> None:
    assert release_files(example_release()) == written
