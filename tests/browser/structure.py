"""Which figures a release has, without their values: what a program that reads `results.csv` can rely on."""

import csv
import io
import os
from pathlib import Path

from backend.config import ROOT

GOLDEN = ROOT / "tests" / "golden" / "release_structure.csv"
KEY = ("level", "place", "measure", "variable", "category", "group_variable", "group", "base")


def structure_of(results: bytes) -> list[str]:
    """The header of `results.csv`, then a line for each kind of figure with all places that have it.

    Places of a line share everything else, so that a hundred lines tell what four thousand rows are.
    Raises AssertionError when a figure is there twice.
    """
    reader = csv.DictReader(io.StringIO(results.decode("utf-8"), newline=""))
    places: dict[tuple[str, ...], list[str]] = {}
    for row in reader:
        level, place, *rest = (row[name] for name in KEY)
        found = places.setdefault((level, *rest), [])
        assert place not in found, f"twice: {row}"
        found.append(place)
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(reader.fieldnames or ())
    writer.writerow(("level", *KEY[2:], "places"))
    writer.writerows(sorted((*kind, " ".join(sorted(found))) for kind, found in places.items()))
    return written.getvalue().splitlines()


def golden_structure(present: list[str]) -> list[str]:
    """The structure that releases of the demo have; with DELAKTIG_RENEW_GOLDEN=1 the present one becomes it."""
    if os.environ.get("DELAKTIG_RENEW_GOLDEN") == "1":
        Path(GOLDEN).write_text("\n".join(present) + "\n", encoding="utf-8")
    return GOLDEN.read_text(encoding="utf-8").splitlines()
