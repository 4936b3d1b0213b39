"""The files of a release are sound for the Data Package standard's own reader, and tell the same story."""

import csv
import hashlib
import io
import json
from pathlib import Path

import msgspec
import pytest
from frictionless import Package, validate

from backend.core.release_files import release_files
from tests.golden.example import PLAN, QUESTIONNAIRE, example_release

RELEASE = example_release()
FILES = release_files(RELEASE)


def rows(name: str, files: dict[str, bytes] = FILES) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[name].decode(), newline="")))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_the_package_and_its_data_are_valid(folder: Path) -> None:
    report = validate(str(folder / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])
    assert {task.name for task in report.tasks} >= {"measurements", "results", "codebook"}


def test_the_reader_notices_a_changed_figure(folder: Path) -> None:
    """Without this the test above could pass on a reader that checks nothing."""
    results = folder / "results.csv"
    results.write_bytes(results.read_bytes().replace(b",good,", b",fine,", 1))
    report = validate(str(folder / "datapackage.json"))
    assert {title for (title,) in report.flatten(["title"])} >= {"Hash Count Error", "Constraint Error"}


def test_the_descriptor_follows_version_2_of_the_standard(folder: Path) -> None:
    package = Package(str(folder / "datapackage.json"))
    descriptor = json.loads(FILES["datapackage.json"])
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert descriptor["licenses"][0]["name"] == "CC0-1.0"
    assert descriptor["created"] == "2026-06-01T00:00:00Z"
    assert package.get_table_resource("results").schema.primary_key[0] == "level"
    described = {resource["path"]: resource for resource in descriptor["resources"]}
    assert [*described, "datapackage.json"] == list(FILES)
    for path, resource in described.items():
        assert resource["bytes"] == len(FILES[path])
        assert resource["hash"] == "sha256:" + hashlib.sha256(FILES[path]).hexdigest()


def test_a_release_without_sources_and_contact_is_still_valid(tmp_path: Path) -> None:
    bare = msgspec.structs.replace(RELEASE, sources=(), contact="", release="Våren 2026/1")
    for name, content in release_files(bare).items():
        (tmp_path / name).write_bytes(content)
    report = validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["title", "message"])


def test_every_noisy_integer_is_published() -> None:
    published = [int(row["value"]) for row in rows("measurements.csv")]
    assert published == [value for block in RELEASE.measurements.blocks for value in block.values]
    assert {row["block"] for row in rows("measurements.csv")} == {b.block for b in RELEASE.measurements.blocks}


def test_every_figure_is_a_row_and_withheld_ones_are_empty() -> None:
    results = rows("results.csv")
    assert len(results) == len(RELEASE.figures)
    for row, figure in zip(results, RELEASE.figures, strict=True):
        numbers = [row[name] for name in ("estimate", "low", "high", "noise_sd")]
        if figure.status == "published":
            assert figure.estimate is not None
            assert float(numbers[0]) == pytest.approx(figure.estimate, abs=0.051)
            assert all(numbers)
        else:
            assert numbers == [""] * 4
    assert {row["status"] for row in results} >= {"published", "withheld-few"}


def test_every_code_of_the_data_is_in_the_codebook_in_every_language() -> None:
    known = {(row["variable"], row["category"], row["language"]): row["label"] for row in rows("codebook.csv")}
    used = set()
    for row in [*rows("results.csv"), *rows("measurements.csv")]:
        used |= {(row["level"], row["place"])}
        used |= {(row["variable"], row["category"])} if row["variable"] else set()
        used |= {(row["group_variable"], row["group"])} if row["group_variable"] else set()
    assert len(used) > 20
    for language in QUESTIONNAIRE.languages:
        assert all(known.get((*pair, language)) for pair in used)


def test_the_codebook_says_what_counts_and_what_routes() -> None:
    book = {(row["variable"], row["category"]): row for row in rows("codebook.csv") if row["language"] == "en"}
    assert book["FEEL1", ""]["headline_label"] == "feel safe out after dark"
    headline = {code for (variable, code), row in book.items() if variable == "FEEL1" and row["headline"] == "yes"}
    assert headline == {"", "very", "fairly"}
    assert (book["FEEL1", ""]["core"], book["WHY1", ""]["core"]) == ("yes", "no")
    assert book["WHY1", "dark"]["routed_by"] == "FEEL1: unsafe"
    assert book["WHY1", "dark"]["label"] == "'=Darkness, mostly"
    assert (book["WHY1", "dark"]["base"], book["WHY1", "_not_shown"]["base"]) == ("all valid", "all")
    assert book["PRIO1:lighting", ""]["label"] == "Better lighting"
    assert book["PRIO1", ""]["label"] == "What should be done first?"
    assert [book["FEEL1", code]["position"] for code in ("very", "fairly", "unsafe")] == ["1", "2", "3"]
    assert not [row for row in book.values() if row["question"] == "OPEN1"]


def test_a_label_that_a_language_lacks_is_empty_and_not_borrowed() -> None:
    three = msgspec.structs.replace(QUESTIONNAIRE, languages=("sv", "en", "fi"))
    files = release_files(
        msgspec.structs.replace(RELEASE, questionnaire=three, special_labels={"yes": {"fi": "Kyllä"}})
    )
    finnish = [row for row in rows("codebook.csv", files) if row["language"] == "fi"]
    assert {row["label"] for row in finnish if row["kind"] != "place"} == {"", "Kyllä"}
    assert {row["label"] for row in finnish if row["kind"] == "place"} >= {"Backen", "Norr", ""}
    assert len(finnish) * 3 == len(rows("codebook.csv", files))


def test_the_method_names_this_releases_own_numbers() -> None:
    text = FILES["method.md"].decode()
    for block in RELEASE.measurements.blocks:
        assert f"| {block.block} |" in text
        assert f"| {block.sigma:.4f} |" in text
        assert f"{block.rho} (" in text
    for needed in (PLAN.rho, "epsilon 2.45 at delta 1e-6", RELEASE.plan_hash, "**not** enforced", "CC0-1.0"):
        assert needed in text
    assert "epsilon 2,45" in text
    assert f"at least {PLAN.rules.row_minimum} (noisy)" in text
    assert "Self-selection" in text
    enforced = msgspec.structs.replace(RELEASE, one_response_enforced=True)
    assert "**not** enforced" not in release_files(enforced)["method.md"].decode()


def test_the_method_holds_no_count_of_respondents() -> None:
    """Other answers, the same plan: not a byte of the method may differ."""
    blocks = tuple(
        msgspec.structs.replace(block, values=tuple(value + 7 for value in block.values))
        for block in RELEASE.measurements.blocks
    )
    other = msgspec.structs.replace(
        RELEASE, measurements=msgspec.structs.replace(RELEASE.measurements, blocks=blocks), figures=()
    )
    assert release_files(other)["method.md"] == FILES["method.md"]


def test_names_cannot_break_out_of_the_methods_table() -> None:
    names = {**RELEASE.place_names, "area": {"north": {"sv": "A | B\n# Heading"}}}
    text = release_files(msgspec.structs.replace(RELEASE, place_names=names))["method.md"].decode()
    assert "A \\| B # Heading" in text
    assert "\n# Heading" not in text
