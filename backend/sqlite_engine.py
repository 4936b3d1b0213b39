"""Tortoise's SQLite client with sounder transactions: on a connection of their own, with the write lock at once.

A deferred transaction that reads and then writes fails with "database is locked" as soon as a second process
wrote in between; BEGIN IMMEDIATE makes it wait for its turn instead.

Tortoise has one connection and one lock for everything, so every page would wait while a transaction waits for the
disk or for another process that writes. In write-ahead mode readers need not wait for a writer (SQLite documentation,
"Write-Ahead Logging", section 2.2): transactions have a second connection, single statements stay on the first.

Tortoise also keeps its lock for ever when a transaction cannot begin; after one such failure nobody could write.
"""

import sqlite3
from typing import Any

from tortoise.backends.base.client import TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.connection import get_connections
from tortoise.exceptions import OperationalError, TransactionManagementError


class ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            # Only after a commit that failed, or a task that was cancelled in the middle of beginning.
            if self._connection.in_transaction:
                await self._connection.rollback()
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error

    async def commit(self) -> None:
        """Raises OperationalError when the transaction cannot be written; it lets the file's write lock go then."""
        try:
            await super().commit()
        except sqlite3.OperationalError as error:
            await self.rollback()
            raise OperationalError(error) from error


class ImmediateTransactionContext(SqliteTransactionContext):
    async def __aenter__(self) -> TransactionalDBClient:
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        return self.connection  # type: ignore[no-any-return]


class ImmediateSqliteClient(SqliteClient):
    """The connection for single statements; `writer` is the one for transactions, opened with the first of them."""

    def __init__(self, file_path: str, **options: Any) -> None:
        super().__init__(file_path, **options)
        self.writer = SqliteClient(file_path, **options)

    async def close(self) -> None:
        await self.writer.close()
        await super().close()

    def _in_transaction(self) -> TransactionContext:
        return ImmediateTransactionContext(ImmediateTransaction(self.writer), self.writer._lock)


client_class = ImmediateSqliteClient
