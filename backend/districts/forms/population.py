"""Reads the population file: persons by district, age band and sex, as statistical offices publish them."""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise

from backend.districts.forms.districts import decode_text
from backend.districts.forms.values import DistrictFileError, Fault, PopulationRow

HEADER = ["district", "age", "gender", "n"]
SEXES = ("woman", "man")
LOWEST_AGE = 16
MAX_PERSONS = 100_000_000

BAND = re.compile(r"(\d{1,3})(?:[-–](\d{1,3})|(\+))?")
NUMBER = re.compile(r"\d{1,9}")

Band = tuple[int, int | None]


def parse_population(content: bytes, codes: Collection[str]) -> tuple[PopulationRow, ...]:
    """The rows of a UTF-8 CSV file (RFC 4180) with the header district,age,gender,n.

    Ages are bands of whole years (`0-4`, `80+`, or a single year `16`); every district in `codes` must have
    every band of the file for both sexes, so that no sum silently lacks a part. The bands themselves are
    judged once every line can be read. Raises DistrictFileError with all faults.
    """
    lines = list(_read_lines(content))
    rows: list[PopulationRow] = []
    faults: list[Fault] = []
    seen: dict[tuple[str, int, str], int] = {}
    for number, cells in lines:
        row, wrong = _read_row(cells, codes)
        if row is not None:
            first = seen.setdefault((row.district, row.age_from, row.sex), number)
            if first != number:
                wrong.append(f"line {first} already counts this district, age and gender")
            rows.append(row)
        faults += [Fault(None, f"line {number}: {text}") for text in wrong]
    if not faults:
        faults = [Fault(None, text) for text in (*_band_faults(rows), *_missing(rows, codes))]
    if faults:
        raise DistrictFileError(faults)
    return tuple(rows)


def persons_from(rows: Iterable[PopulationRow], lowest_age: int = LOWEST_AGE) -> float:
    """Persons aged `lowest_age` and over.

    A band that the limit cuts counts in proportion to its years above it: of the band 15-19 four fifths are
    taken as 16 and over, which assumes that every year of the band is equally large. Raises ValueError if the
    limit falls inside the open last band, which has no length.
    """
    total = Fraction(0)
    for row in rows:
        if row.age_from >= lowest_age:
            total += row.persons
        elif row.age_to is None:
            raise ValueError(f"the band {row.age_from}+ cannot be cut at {lowest_age} years")
        elif row.age_to >= lowest_age:
            years = row.age_to + 1 - row.age_from
            total += Fraction(row.persons * (row.age_to + 1 - lowest_age), years)
    return float(total)


def population_16_plus(rows: Iterable[PopulationRow]) -> float:
    """Persons aged 16 and over, whom a survey asks: four fifths of the band 15-19 and all older bands."""
    return persons_from(rows, LOWEST_AGE)


def _read_lines(content: bytes) -> Iterable[tuple[int, list[str]]]:
    """The file's data lines with their numbers; raises DistrictFileError if it is no such CSV file at all."""
    reader = csv.reader(io.StringIO(decode_text(content), newline=""), strict=True)
    try:
        lines = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader if cells]
    except csv.Error as error:
        raise DistrictFileError([Fault(None, f"line {reader.line_num}: not CSV: {error}")]) from error
    if not lines or lines[0][1] != HEADER:
        raise DistrictFileError([Fault(None, f"the first line must be {','.join(HEADER)}")])
    if len(lines) == 1:
        raise DistrictFileError([Fault(None, "the file has no rows")])
    return lines[1:]


def _read_row(cells: list[str], codes: Collection[str]) -> tuple[PopulationRow | None, list[str]]:
    if len(cells) != len(HEADER):
        return None, [f"it has {len(cells)} cells instead of {len(HEADER)}"]
    district, age, sex, persons = cells
    wrong = []
    if district not in codes:
        wrong.append(f"there is no district {district[:80]!r}")
    band = _read_band(age)
    if band is None:
        wrong.append(f"{age[:40]!r} is not an age band such as 0-4 or 80+")
    if sex not in SEXES:
        wrong.append(f"gender {sex[:40]!r} must be woman or man")
    if not NUMBER.fullmatch(persons) or int(persons) > MAX_PERSONS:
        wrong.append(f"n {persons[:40]!r} must be a whole number of persons, 0 or more")
    if wrong or band is None:
        return None, wrong
    return PopulationRow(district, band[0], band[1], sex, int(persons)), wrong


def _read_band(text: str) -> Band | None:
    match = BAND.fullmatch(text)
    if match is None:
        return None
    first, last, is_open = int(match[1]), match[2], match[3]
    if is_open:
        return first, None
    band = first, int(last) if last else first
    return band if band[0] <= band[1] else None


def _band_faults(rows: Sequence[PopulationRow]) -> Iterable[str]:
    """The bands of the file must follow each other without gap or overlap and end with an open one."""
    bands = sorted({(row.age_from, row.age_to) for row in rows}, key=lambda b: (b[0], b[1] or 999))
    for (first, last), (following, _) in pairwise(bands):
        if last is None or following != last + 1:
            yield f"the age band {_band_text((first, last))} and that from {following} overlap or leave a gap"
    first, last = bands[-1]
    if last is not None:
        yield f"the last age band {_band_text((first, last))} must be open, such as {first}+"
    elif first < LOWEST_AGE:
        yield f"the open age band {first}+ must not begin before {LOWEST_AGE} years"
    if bands[0][0] > LOWEST_AGE:
        yield f"the age bands must begin at {LOWEST_AGE} years or before"


def _band_text(band: Band) -> str:
    return f"{band[0]}+" if band[1] is None else f"{band[0]}-{band[1]}"


def _missing(rows: Sequence[PopulationRow], codes: Collection[str]) -> Iterable[str]:
    bands = {(row.age_from, row.age_to) for row in rows}
    present: dict[str, set[tuple[Band, str]]] = defaultdict(set)
    for row in rows:
        present[row.district].add(((row.age_from, row.age_to), row.sex))
    wanted = {(band, sex) for band in bands for sex in SEXES}
    for code in sorted(codes):
        if code not in present:
            yield f"district {code!r} has no rows"
        elif lacking := sorted(wanted - present[code], key=lambda item: (item[0][0], item[1])):
            names = ", ".join(f"{_band_text(band)} {sex}" for band, sex in lacking[:3])
            yield f"district {code!r} lacks {len(lacking)} of its rows: {names}"
