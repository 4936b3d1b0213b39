"""CSV bytes come back unchanged through the standard reader, and no spreadsheet finds a formula in them."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.csv_text import FORMULA_STARTS, cell_text, csv_bytes, guarded

TEXTS = st.text(max_size=12) | st.text(alphabet="=+-@\t\r\n',\"å ", max_size=5)
CELLS = TEXTS | st.none() | st.integers() | st.floats(-1e9, 1e9) | st.decimals(-999, 999, places=1)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8"), newline="")))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(TEXTS, min_size=1, max_size=4, unique=True).flatmap(
        lambda header: st.tuples(
            st.just(header), st.lists(st.lists(CELLS, min_size=len(header), max_size=len(header)), max_size=5)
        )
    )
)
def test_every_cell_survives_the_round_trip(table: tuple[list[str], list[list[object]]]) -> None:
    header, rows = table
    again = read(csv_bytes(header, rows))  # type: ignore[arg-type]
    assert again[0] == [guarded(name) for name in header]
    assert again[1:] == [[cell_text(value) for value in row] for row in rows]  # type: ignore[arg-type]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_no_text_can_start_a_formula_and_the_guard_is_all_that_is_added(text: str) -> None:
    written = read(csv_bytes([text, "x"], [[text, "x"]]))
    for cell in (written[0][0], written[1][0]):
        assert not cell.startswith(FORMULA_STARTS)
        assert cell in (text, "'" + text)
        assert (cell != text) == text.startswith(FORMULA_STARTS)


def test_the_bytes_are_those_of_rfc_4180() -> None:
    rows = [['å, "b"', -2, None], ["=1+1", -0.00001, Decimal("12.0")]]
    assert csv_bytes(["a", "-b", "c"], rows) == ('a,\'-b,c\r\n"å, ""b""",-2,\r\n\'=1+1,0.0000,12.0\r\n'.encode())


def test_floats_have_four_decimals() -> None:
    assert [cell_text(value) for value in (1 / 3, 1e6, -0.5)] == [
        "0.3333",
        "1000000.0000",
        "-0.5000",
    ]


def test_what_is_no_number_and_a_ragged_row_are_refused() -> None:
    for value in (float("nan"), float("inf"), Decimal("NaN")):
        with pytest.raises(ValueError, match="cannot be written"):
            csv_bytes(["a"], [[value]])
    with pytest.raises(ValueError, match="does not fit"):
        csv_bytes(["a", "b"], [["only one"]])
