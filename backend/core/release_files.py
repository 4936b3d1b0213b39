"""The files of a release, byte for byte the same for the same input."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from backend.core.codebook import HEADER as CODEBOOK_HEADER
from backend.core.codebook import codebook_rows
from backend.core.csv_text import CellValue, csv_bytes
from backend.core.data_package import MEASUREMENT_FIELDS, RESULT_FIELDS, data_package
from backend.core.figures import Figure
from backend.core.measurements import Measurements
from backend.core.method_text import method_text
from backend.core.release_input import ReleaseInput


def release_files(release: ReleaseInput) -> dict[str, bytes]:
    """All files of the release by name, in a stable order; the last, `datapackage.json`, describes the rest.

    Raises ValueError for figures that hold a number that is not finite.
    """
    codebook = codebook_rows(release.plan, release.questionnaire, release.place_names, release.special_labels)
    files = {
        "measurements.csv": csv_bytes(_names(MEASUREMENT_FIELDS), _measurement_rows(release.measurements)),
        "results.csv": csv_bytes(_names(RESULT_FIELDS), _result_rows(release)),
        "codebook.csv": csv_bytes(CODEBOOK_HEADER, codebook),
        "districts.geojson": release.districts_geojson,
        "method.md": method_text(release).encode("utf-8"),
    }
    return {**files, "datapackage.json": data_package(release, files)}


def _names(fields: tuple[dict[str, Any], ...]) -> list[str]:
    return [field["name"] for field in fields]


def _measurement_rows(measurements: Measurements) -> Iterator[tuple[CellValue, ...]]:
    """One row per noisy integer, in the order in which it was drawn."""
    for block in measurements.blocks:
        for cell, value in zip(block.cells, block.values, strict=True):
            yield (
                cell.block,
                cell.level,
                cell.place,
                cell.variable,
                cell.category,
                cell.group_variable,
                cell.group,
                value,
                block.sigma,
                block.l2sq,
                block.rho,
            )


def _result_rows(release: ReleaseInput) -> Iterator[tuple[CellValue, ...]]:
    """One row per figure, in the order of the figures."""
    for figure in release.figures:
        yield (
            release.release,
            release.plan.survey,
            release.plan.wave,
            figure.level,
            figure.place,
            figure.measure,
            figure.variable,
            figure.category,
            figure.group_variable,
            figure.group,
            figure.base,
            _amount(figure, figure.estimate),
            _amount(figure, figure.low),
            _amount(figure, figure.high),
            figure.n,
            _amount(figure, figure.noise_sd),
            figure.precision,
            figure.status,
        )


def _amount(figure: Figure, value: float | None) -> CellValue:
    """Shares with four decimals, persons with one."""
    if value is None or figure.measure == "share":
        return value
    return Decimal(f"{value:z.1f}")
