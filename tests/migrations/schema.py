"""What a database's schema is, read from the database itself and comparable between two databases of a kind."""

from tortoise.backends.base.client import BaseDBAsyncClient

from backend.db import is_sqlite

Schema = set[tuple[object, ...]]

_POSTGRES = {
    "column": "SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default "
    "FROM information_schema.columns WHERE table_schema = 'public'",
    "index": "SELECT c.relname, i.indisunique, i.indisprimary, array_agg(a.attname::text ORDER BY k.place)::text "
    "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
    "CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k(number, place) "
    "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.number "
    "WHERE n.nspname = 'public' GROUP BY c.relname, i.indexrelid, i.indisunique, i.indisprimary",
    "reference": "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE contype = 'f' AND connamespace = 'public'::regnamespace",
}


async def schema_of(connection: BaseDBAsyncClient) -> Schema:
    """Columns, indexes (by what they index, their names are made up) and references of every table of ours."""
    found = await (_sqlite(connection) if is_sqlite(connection) else _postgres(connection))
    return {row for row in found if "tortoise_migrations" not in row}


async def _postgres(connection: BaseDBAsyncClient) -> Schema:
    found: Schema = set()
    for kind, query in _POSTGRES.items():
        found |= {(kind, *row.values()) for row in await connection.execute_query_dict(query)}
    return found


async def _sqlite(connection: BaseDBAsyncClient) -> Schema:
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    found: Schema = set()
    for table in [row["name"] for row in await connection.execute_query_dict(query)]:
        columns = await connection.execute_query_dict(f'PRAGMA table_info("{table}")')
        # The place of a column that was added later is another one, and no query depends on it.
        found |= {("column", table, c["name"], c["type"], c["notnull"], c["dflt_value"], c["pk"]) for c in columns}
        for index in await connection.execute_query_dict(f'PRAGMA index_list("{table}")'):
            parts = await connection.execute_query_dict(f'PRAGMA index_info("{index["name"]}")')
            found.add(("index", table, index["unique"], index["origin"], tuple(part["name"] for part in parts)))
        for key in await connection.execute_query_dict(f'PRAGMA foreign_key_list("{table}")'):
            found.add(("reference", table, key["from"], key["table"], key["to"], key["on_delete"]))
    return found
