"""The population file is read whole or not at all, and the limit of 16 years cuts its band in proportion."""

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.districts.forms import (
    DistrictFileError,
    PopulationRow,
    parse_population,
    persons_from,
    population_16_plus,
)

SHIPPED = Path(__file__).parents[2] / "backend/demo/umea"
CODES = ("ash", "birch")
BANDS = ("0-14", "15-19", "20+")
SOUND = [f"{code},{band},{sex},{10}" for code in CODES for band in BANDS for sex in ("woman", "man")]


def csv_file(lines: list[str]) -> bytes:
    return "\r\n".join(["district,age,gender,n", *lines]).encode()


def faults(content: bytes) -> list[str]:
    with pytest.raises(DistrictFileError) as caught:
        parse_population(content, CODES)
    return [fault.message for fault in caught.value.faults]


def test_a_sound_file_gives_its_rows() -> None:
    rows = parse_population(b"\xef\xbb\xbf" + csv_file(SOUND), CODES)
    assert len(rows) == 12
    assert rows[0] == PopulationRow("ash", 0, 14, "woman", 10)
    assert rows[5] == PopulationRow("ash", 20, None, "man", 10)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("oak,0-14,woman,10", "there is no district 'oak'"),
        ("ash,0-14,woman,-1", "n '-1' must be a whole number"),
        ("ash,0-14,woman,1.5", "n '1.5' must be a whole number"),
        ("ash,0-14,woman,1 000", "must be a whole number"),
        ("ash,0-14,woman,", "must be a whole number"),
        ("ash,0-14,woman,999999999", "must be a whole number"),
        ("ash,0-14,girl,1", "gender 'girl' must be woman or man"),
        ("ash,14-0,woman,1", "'14-0' is not an age band"),
        ("ash,jan-14,woman,1", "is not an age band"),
        ("ash,0-14,woman", "has 3 cells instead of 4"),
        ("ash,0-14,woman,10,", "has 5 cells instead of 4"),
        ("ash,0-14,woman,12", "line 2 already counts this district, age and gender"),
    ],
)
def test_a_faulty_line_is_named_by_its_number(line: str, words: str) -> None:
    (message,) = faults(csv_file([*SOUND, line]))
    assert message.startswith("line 14: ")
    assert words in message


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the first line must be district,age,gender,n"),
        (b"district;age;gender;n\r\nash;0-14;woman;1", "the first line must be"),
        (csv_file([]), "has no rows"),
        ("district,age,gender,n\nÖ".encode("latin-1"), "not UTF-8"),
        (b'district,age,gender,n\n"ash"x,1', "line 2: not CSV"),
        (csv_file([line for line in SOUND if "birch" not in line]), "district 'birch' has no rows"),
        (csv_file(SOUND[:-1]), "district 'birch' lacks 1 of its rows: 20+ man"),
        (csv_file([line.replace("15-19", "14-19") for line in SOUND]), "overlap or leave a gap"),
        (csv_file([line.replace("15-19", "16-19") for line in SOUND]), "overlap or leave a gap"),
        (csv_file([line.replace("20+", "20-99") for line in SOUND]), "must be open, such as 20+"),
        (csv_file([line for line in SOUND if ",0-14," in line]), "must be open"),
        (csv_file([line.replace("20+", "20+") for line in SOUND if "20+" in line]), "must begin at 16"),
        (csv_file([line.replace("0-14", "0+") for line in SOUND if "0-14" in line]), "must not begin before 16"),
    ],
)
def test_a_file_with_gaps_is_refused(content: bytes, words: str) -> None:
    assert any(words in message for message in faults(content))


def test_all_faults_are_told_at_once() -> None:
    broken = ["oak,0-14,girl,x", *SOUND, "ash,0-14"]
    messages = faults(csv_file(broken))
    assert [message.split(":")[0] for message in messages] == ["line 2", "line 2", "line 2", "line 15"]


def test_sixteen_and_over_takes_four_fifths_of_the_band_15_to_19() -> None:
    rows = parse_population(csv_file(SOUND), CODES)
    assert population_16_plus(row for row in rows if row.district == "ash") == 2 * (8 + 10)


def test_an_open_band_cannot_be_cut() -> None:
    with pytest.raises(ValueError, match="15\\+ cannot be cut"):
        population_16_plus([PopulationRow("ash", 15, None, "woman", 5)])


@settings(max_examples=50, deadline=None)
@given(
    years=st.lists(st.integers(0, 500), min_size=40, max_size=40),
    limits=st.lists(st.integers(1, 39), unique=True, max_size=10),
    lowest=st.integers(0, 40),
)
def test_bands_that_the_limit_does_not_cut_give_the_exact_sum(
    years: list[int], limits: list[int], lowest: int
) -> None:
    """Single years are the truth; bands cut at the limit must add up to it, others lie within the cut band."""
    starts = [0, *sorted(limits)]
    bands = list(zip(starts, [*starts[1:], 40], strict=True))
    rows = [PopulationRow("ash", a, b - 1, "man", sum(years[a:b])) for a, b in bands]
    exact = sum(years[lowest:])
    cut = [(a, b) for a, b in bands if a < lowest < b]
    got = persons_from(rows, lowest)
    if not cut:
        assert got == exact
    else:
        ((a, b),) = cut
        above = sum(years[b:])
        assert got == pytest.approx(above + float(Fraction(sum(years[a:b]) * (b - lowest), b - a)))


def test_the_shipped_population_fits_the_shipped_districts() -> None:
    features = json.loads((SHIPPED / "districts.geojson").read_bytes())["features"]
    published = {f["properties"]["code"]: f["properties"]["population"] for f in features}
    rows = parse_population((SHIPPED / "population.csv").read_bytes(), published)
    for code, persons in published.items():
        # Statistics Sweden protects its tables by small changes, so parts and totals differ a little.
        assert abs(sum(row.persons for row in rows if row.district == code) - persons) <= 60
    assert 0.80 < population_16_plus(rows) / sum(row.persons for row in rows) < 0.87
