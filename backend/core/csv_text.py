"""Rows as CSV bytes that programs read exactly and spreadsheets open without running anything."""

import csv
import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from math import isfinite

CellValue = str | int | float | Decimal | None

DECIMALS = 4
"""Digits after the point of a float: a hundredth of a percentage point, finer than any figure's noise."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a spreadsheet may take for the start of a formula (OWASP, CSV Injection)."""

GUARD = "'"


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[CellValue]]) -> bytes:
    """A CSV file (RFC 4180: comma, double quote, CRLF; UTF-8 without byte order mark) of a header and rows.

    Texts that could be taken for a formula get a leading apostrophe, the header's too; numbers stay numbers.
    Floats have four decimals, decimals are written as they are, None is an empty cell. Raises ValueError for
    a row whose length is not the header's, and for a number that is not finite.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([guarded(name) for name in header])
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"A row of {len(row)} cells does not fit a header of {len(header)}.")
        writer.writerow([cell_text(value) for value in row])
    return text.getvalue().encode("utf-8")


def cell_text(value: CellValue) -> str:
    """One cell as text, not yet quoted. Raises ValueError for a number that is not finite."""
    if value is None:
        return ""
    if isinstance(value, str):
        return guarded(value)
    if not isfinite(value):
        raise ValueError(f"{value} cannot be written to a CSV file.")
    if isinstance(value, float):
        return f"{value:z.{DECIMALS}f}"
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def guarded(text: str) -> str:
    """The text with an apostrophe in front where a spreadsheet could take it for a formula."""
    return GUARD + text if text.startswith(FORMULA_STARTS) else text
