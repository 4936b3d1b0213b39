"""The database: one address, one configuration for the app, the command line and the tests."""

import errno
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.backends.base.config_generator import expand_db_url
from tortoise.connection import get_connection
from tortoise.exceptions import DBConnectionError, OperationalError, TransactionManagementError

MODELS = (
    "backend.audit.models",
    "backend.accounts.models",
    "backend.budget.models",
    "backend.districts.models",
    "backend.surveys.models",
    "backend.responses.models",
    "backend.releases.models",
)

# FULL makes every commit wait for the disk: an answer that was thanked for survives a power cut. secure_delete
# overwrites what was deleted, recursive_triggers closes the way around the append-only triggers (INSERT OR REPLACE).
SQLITE_PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "busy_timeout": "20000",
    "secure_delete": "ON",
    "recursive_triggers": "ON",
}


def is_sqlite(connection: BaseDBAsyncClient) -> bool:
    return connection.capabilities.dialect == "sqlite"


def sqlite_path(database_url: str) -> Path | None:
    """The file of an SQLite address, None for PostgreSQL."""
    if not database_url.startswith("sqlite://"):
        return None
    return Path(expand_db_url(database_url)["credentials"]["file_path"])


def tortoise_config(database_url: str, *, foreign_keys: bool = True) -> dict[str, Any]:
    """Tortoise's configuration for an address; the engines are Tortoise's with sounder transactions."""
    connection = expand_db_url(database_url)
    if database_url.startswith("sqlite://"):
        connection["engine"] = "backend.sqlite_engine"
        checked = {"foreign_keys": "ON" if foreign_keys else "OFF"}
        connection["credentials"] = {**connection["credentials"], **SQLITE_PRAGMAS, **checked}
    else:
        connection["engine"] = "backend.postgres_engine"
    return {
        "connections": {"default": connection},
        "apps": {
            "models": {
                "models": list(MODELS),
                "default_connection": "default",
                "migrations": "backend.migrations",
            }
        },
        "use_tz": True,
        "timezone": "UTC",
    }


@asynccontextmanager
async def database(database_url: str, *, foreign_keys: bool = True) -> AsyncIterator[BaseDBAsyncClient]:
    """Opens the database for the length of a block and closes every connection after it.

    `foreign_keys` off is for migrating SQLite only, where a table may have to be taken apart for a moment.
    """
    if (path := sqlite_path(database_url)) is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        _check_header(path)
    await Tortoise.init(config=tortoise_config(database_url, foreign_keys=foreign_keys), _enable_global_fallback=True)
    try:
        yield connection()
    finally:
        await Tortoise.close_connections()


def _check_header(path: Path) -> None:
    """Raises OSError for a file that is something else: the driver would wait for ever instead of saying so.

    SQLite itself looks. Opening the file in any other way would, at its closing, take the locks from every SQLite
    connection of this process, and another process could then damage the database
    (https://www.sqlite.org/howtocorrupt.html, section 2.2).
    """
    if path.exists():
        with closing(sqlite3.connect(path)) as probe:
            try:
                probe.execute("PRAGMA schema_version")
            except sqlite3.DatabaseError as error:
                if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
                    raise OSError(errno.EINVAL, "is not an SQLite database", str(path)) from error


def connection() -> BaseDBAsyncClient:
    """The open connection (inside a transaction: the transaction's own)."""
    return get_connection("default")


def may_pass(error: Exception) -> bool:
    """Whether a failure is one of reach, room or load of the database, so that trying again later may help."""
    import asyncpg

    return isinstance(
        error,
        OperationalError
        | DBConnectionError
        | TransactionManagementError
        | OSError
        | sqlite3.OperationalError
        | asyncpg.PostgresConnectionError
        | asyncpg.OperatorInterventionError
        | asyncpg.InsufficientResourcesError
        | asyncpg.InterfaceError
        # What the library says when a connection is cut between two messages of one statement.
        | asyncpg.InternalClientError,
    )
