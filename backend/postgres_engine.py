"""Tortoise's PostgreSQL client whose transactions give their connection back also when they cannot begin.

Tortoise's own leaves the connection out of the pool and the broken transaction in the task's context: five such
failures, and the process waits for a connection for ever.
"""

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections


class PooledTransactionContext(TransactionContextPooled):
    async def __aenter__(self) -> TransactionalDBClient:
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


class PooledPostgresClient(AsyncpgDBClient):
    def _in_transaction(self) -> TransactionContext:
        return PooledTransactionContext(TransactionWrapper(self), self._pool_init_lock)


client_class = PooledPostgresClient
