"""Group commit: whoever comes while a transaction is being written shares the next one.

Waiting for the disk costs the same for one row as for fifty, so under load this stores several times as much, and
nobody is answered before the transaction that holds their row has been committed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextvars import Context
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")


class GroupCommit(Generic[Item, Outcome]):
    """Gathers single items into batches for `commit`, one batch at a time.

    `commit` takes the batch in order and returns one outcome per item after its transaction has been committed.
    When it raises, everybody in that batch gets the error and nobody in it has been stored.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Outcome]]], largest: int = 128) -> None:
        self._commit = commit
        self._largest = largest
        self._waiting: list[tuple[Item, asyncio.Future[Outcome]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Outcome:
        """Stores one item and returns its outcome when it is on disk."""
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if self._writer is None:
            # A fresh context: the writer outlives the request that happened to start it.
            self._writer = asyncio.get_running_loop().create_task(self._write_all(), context=Context())
        return await future

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._largest], self._waiting[self._largest :]
                await self._write(batch)
        finally:
            # Somebody is left here only when the writer was stopped, as the process ends.
            left, self._waiting, self._writer = self._waiting, [], None
            _fail(left, RuntimeError("the writer was stopped"))

    async def _write(self, batch: list[tuple[Item, asyncio.Future[Outcome]]]) -> None:
        try:
            outcomes = await self._commit([item for item, _ in batch])
            if len(outcomes) != len(batch):
                raise RuntimeError("the commit gave another number of outcomes than it got items")
        except Exception as error:
            _fail(batch, error)
        except BaseException:
            _fail(batch, RuntimeError("the writer was stopped"))
            raise
        else:
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)


def _fail(waiting: Sequence[tuple[Any, asyncio.Future[Any]]], error: Exception) -> None:
    for _, future in waiting:
        if not future.done():
            future.set_exception(error)
