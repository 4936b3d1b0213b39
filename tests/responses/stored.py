"""What is stored of responses, read past the product's own queries."""

import json
from typing import Any, NamedTuple

from backend.db import connection, is_sqlite


class Row(NamedTuple):
    """A row of the response table as it is."""

    key: str
    week: str
    answers: Any


async def stored_rows() -> list[Row]:
    """Every row, in key order, the answers decoded (None: a tombstone)."""
    rows = await connection().execute_query_dict("SELECT * FROM response ORDER BY key")
    return [Row(row["key"], row["week"], row["answers"] and json.loads(row["answers"])) for row in rows]


async def table_names() -> list[str]:
    """Every table of the database."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if is_sqlite(connection())
        else "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'"
    )
    return sorted(row["name"] for row in await connection().execute_query_dict(query))


async def everything_stored() -> str:
    """All tables as text, whatever their columns are."""
    dump = []
    for table in await table_names():
        for row in await connection().execute_query_dict(f'SELECT * FROM "{table}"'):
            dump.append(f"{table} {dict(row)!r}")
    return "\n".join(dump)
