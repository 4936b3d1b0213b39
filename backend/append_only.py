"""Tables that only grow: the ledger and the audit. The database itself refuses every way of rewriting them.

The statements may be run again at any time. They are not part of a migration because the migration runner splits
its SQL at every semicolon, which a trigger's body contains.
"""

from tortoise.backends.base.client import BaseDBAsyncClient

from backend.db import is_sqlite

# Each table with the columns that no second row may repeat.
APPEND_ONLY_TABLES = {"ledger_entry": ("id", "purpose"), "audit_entry": ("id",)}


def _sqlite_statements(table: str, unique: tuple[str, ...]) -> list[str]:
    # INSERT OR REPLACE deletes the old row first; recursive_triggers (db.py) makes the DELETE trigger see it, and
    # the BEFORE INSERT trigger refuses a known key even on a connection without that pragma.
    known = " OR ".join(f"{column} = NEW.{column}" for column in unique)
    refuse = f"SELECT RAISE(ABORT, '{table} is append-only');"
    return [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} BEGIN {refuse} END",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} BEGIN {refuse} END",
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {known}) BEGIN {refuse} END",
    ]


def _postgres_statements(table: str, unique: tuple[str, ...]) -> list[str]:
    return [
        "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_rewriting()",
        f"CREATE OR REPLACE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()",
    ]


async def install_append_only(connection: BaseDBAsyncClient) -> None:
    """Makes the append-only tables refuse UPDATE, DELETE, REPLACE, upserts and TRUNCATE."""
    statements = _sqlite_statements if is_sqlite(connection) else _postgres_statements
    for table, unique in APPEND_ONLY_TABLES.items():
        for statement in statements(table, unique):
            await connection.execute_query(statement)
