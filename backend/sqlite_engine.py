"""Tortoise's SQLite client with transactions of its own kind: they take the write lock at once, on their own connection.

A deferred transaction that reads and then writes fails with "database is locked" as soon as a second process
wrote in between; BEGIN IMMEDIATE makes it wait for its turn instead.

Tortoise has one connection and one lock for everything, so every page would wait while a transaction waits for the
disk or for another process that writes. In write-ahead mode readers need not wait for a writer (SQLite documentation,
"Write-Ahead Logging", section 2.2): transactions have a second connection, everything else stays on the first.
"""

import sqlite3
from typing import Any

from tortoise.backends.base.client import TransactionContext
from tortoise.backends.sqlite.client import (
    SqliteClient,
    SqliteTransactionContext,
    SqliteTransactionWrapper,
)
from tortoise.exceptions import TransactionManagementError


class ImmediateTransaction(SqliteTransactionWrapper):
    async def begin(self) -> None:
        try:
            await self._connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


class ImmediateSqliteClient(SqliteClient):
    """The connection for single statements; `writer` is the one for transactions, opened with the first of them."""

    def __init__(self, file_path: str, **options: Any) -> None:
        super().__init__(file_path, **options)
        self.writer = SqliteClient(file_path, **options)
        self.writer.connection_name = self.connection_name

    async def close(self) -> None:
        await self.writer.close()
        await super().close()

    def _in_transaction(self) -> TransactionContext:
        return SqliteTransactionContext(ImmediateTransaction(self.writer), self.writer._lock)


client_class = ImmediateSqliteClient
