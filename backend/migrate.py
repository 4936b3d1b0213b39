"""`delaktig migrate`: brings a database, empty or filled, to the present schema. Forward only.

On SQLite the file is copied first and put back if anything fails; foreign keys are off while tables change, and row
counts and references are compared afterwards. On PostgreSQL an advisory lock lets one process migrate at a time.
"""

import fcntl
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_editor import AsyncpgSchemaEditor
from tortoise.transactions import in_transaction

from backend.append_only import install_append_only
from backend.db import database, is_sqlite, sqlite_path, tortoise_config

ADVISORY_LOCK = 0x64656C616B  # "delak" in ASCII; any constant that no other program uses would do.
Progress = Callable[[str], None]


class MigrationError(Exception):
    """The database could not be brought to the present schema and is as it was before."""


async def migrate(database_url: str, progress: Progress = lambda step: None) -> list[str]:
    """Applies what is missing and returns the names of the migrations applied (empty: nothing was).

    Raises MigrationError when a migration fails or loses rows; the database is then as it was.
    """
    path = sqlite_path(database_url)
    if path is not None:
        return await _migrate_sqlite(database_url, path, progress)
    async with _postgres_lock(database_url):
        return await _apply(database_url, progress)


async def pending_migrations(connection: BaseDBAsyncClient, database_url: str) -> list[str]:
    """The names of the migrations that this database has not had yet."""
    executor = MigrationExecutor(connection, tortoise_config(database_url)["apps"])
    return [step.migration.name for step in await executor.plan()]


async def _apply(database_url: str, progress: Progress) -> list[str]:
    async with database(database_url, foreign_keys=False) as connection:
        names = await pending_migrations(connection, database_url)
        if names:
            await _run(connection, database_url, names, progress)
        await install_append_only(connection)
        return names


async def _run(connection: BaseDBAsyncClient, database_url: str, names: list[str], progress: Progress) -> None:
    before = await _row_counts(connection)
    async with _all_or_nothing(connection) as migrating:
        executor = MigrationExecutor(migrating, tortoise_config(database_url)["apps"])
        try:
            await executor.migrate(
                direction="forward",
                progress=lambda event, app, name: progress(name) if event == "apply_start" else None,
            )
        except Exception as error:
            raise MigrationError(f"Migrating to {names[-1]} failed: {error}") from error
        await _check(migrating, before)


@asynccontextmanager
async def _all_or_nothing(connection: BaseDBAsyncClient) -> AsyncIterator[BaseDBAsyncClient]:
    """PostgreSQL takes every migration and the check after them into one transaction; SQLite has its copy."""
    if is_sqlite(connection):
        yield connection
    else:
        # The runner tries whether its own table is there; a failed try would spoil the transaction.
        await MigrationRecorder(connection).ensure_schema(AsyncpgSchemaEditor(connection, atomic=False))
        async with in_transaction() as transaction:
            yield transaction


async def _row_counts(connection: BaseDBAsyncClient) -> dict[str, int]:
    tables = {model._meta.db_table for model in Tortoise.apps["models"].values()} if Tortoise.apps else set()
    counts = {}
    for table in sorted(tables & await _existing_tables(connection)):
        rows = await connection.execute_query_dict(f'SELECT COUNT(*) AS n FROM "{table}"')
        counts[table] = rows[0]["n"]
    return counts


async def _existing_tables(connection: BaseDBAsyncClient) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'table'"
        if is_sqlite(connection)
        else "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema()"
    )
    return {row["name"] for row in await connection.execute_query_dict(query)}


async def _check(connection: BaseDBAsyncClient, before: dict[str, int]) -> None:
    after = await _row_counts(connection)
    # The message names the table only: a count of responses is never written anywhere.
    lost = sorted(table for table, count in before.items() if after.get(table, 0) < count)
    if lost:
        raise MigrationError(f"A migration lost rows of the table {lost[0]}.")
    if is_sqlite(connection):
        broken = await connection.execute_query_dict("PRAGMA foreign_key_check")
        if broken:
            raise MigrationError(f"A migration left broken references in the table {broken[0]['table']}.")


async def _migrate_sqlite(database_url: str, path: Path, progress: Progress) -> list[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with _file_lock(path.with_name(path.name + ".migrating")):
        is_new = not path.exists()
        copy = await _copy_if_pending(database_url, path)
        try:
            names = await _apply(database_url, progress)
        except BaseException:
            if is_new:
                _remove(path)
            elif copy is not None:
                _remove(path)
                shutil.move(copy, path)
            raise
        # The copy holds raw answers, so it must not outlive its purpose.
        if copy is not None:
            copy.unlink()
        return names


async def _copy_if_pending(database_url: str, path: Path) -> Path | None:
    if not path.exists():
        return None
    async with database(database_url) as connection:
        if not await pending_migrations(connection, database_url):
            return None
    copy = path.with_name(path.name + ".before-migration")
    copy.unlink(missing_ok=True)
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    return copy


def _remove(path: Path) -> None:
    """Removes a database with its write-ahead log, which would be applied to whatever is put in its place."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@asynccontextmanager
async def _postgres_lock(database_url: str) -> AsyncIterator[None]:
    # The lock belongs to a session, so it needs a connection of its own beside the ORM's pool.
    import asyncpg

    try:
        connection = await asyncpg.connect(database_url)
    except (OSError, asyncpg.PostgresError) as error:
        raise MigrationError(f"The database cannot be reached: {error}") from error
    try:
        await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        yield
    finally:
        await connection.close()
