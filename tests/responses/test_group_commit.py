"""Many waiting writers, one transaction: who gets which outcome, and what a failure touches."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.group_commit import GroupCommit


class Disk:
    """A commit that takes one turn of the loop or until it is released, and remembers its batches."""

    def __init__(self, fails: frozenset[int] = frozenset()) -> None:
        self.batches: list[list[int]] = []
        self.fails = fails
        self.running = 0
        self.begun = asyncio.Event()
        self.free = asyncio.Event()
        self.free.set()

    async def __call__(self, batch: Sequence[int]) -> list[str]:
        self.running += 1
        assert self.running == 1, "two batches at once"
        self.batches.append(list(batch))
        self.begun.set()
        await asyncio.sleep(0)
        await self.free.wait()
        self.running -= 1
        if self.fails & set(batch):
            raise OSError(f"batch {len(self.batches)}")
        return [f"stored {item}" for item in batch]


@settings(max_examples=40, deadline=None)
@given(
    pauses=st.lists(st.integers(0, 3), min_size=1, max_size=60),
    fails=st.frozensets(st.integers(0, 59), max_size=3),
    largest=st.integers(1, 10),
)
async def test_everyone_gets_the_outcome_of_their_own_item(pauses, fails, largest) -> None:
    disk = Disk(fails)
    group = GroupCommit(disk, largest)

    async def come(item: int) -> str | OSError:
        for _ in range(sum(pauses[: item + 1])):
            await asyncio.sleep(0)
        try:
            return await group.submit(item)
        except OSError as error:
            return error

    outcomes = await asyncio.gather(*(come(item) for item in range(len(pauses))))
    assert sorted(item for batch in disk.batches for item in batch) == list(range(len(pauses)))
    assert max(map(len, disk.batches)) <= largest
    for batch in disk.batches:
        for item in batch:
            if fails & set(batch):
                assert isinstance(outcomes[item], OSError)
            else:
                assert outcomes[item] == f"stored {item}"


async def test_whoever_waits_shares_the_next_batch() -> None:
    disk = Disk()
    disk.free.clear()
    group = GroupCommit(disk, largest=10)
    first = asyncio.create_task(group.submit(0))
    await disk.begun.wait()
    others = [asyncio.create_task(group.submit(item)) for item in range(1, 26)]
    await asyncio.sleep(0)
    assert not first.done()
    disk.free.set()
    assert await asyncio.gather(first, *others) == [f"stored {item}" for item in range(26)]
    assert [len(batch) for batch in disk.batches] == [1, 10, 10, 5]
    # In the order in which they came.
    assert [item for batch in disk.batches for item in batch] == list(range(26))


async def test_a_failure_reaches_its_own_batch_only() -> None:
    disk = Disk(fails=frozenset({3}))
    group = GroupCommit(disk, largest=2)
    outcomes = await asyncio.gather(*(group.submit(item) for item in range(6)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [str, str, OSError, OSError, str, str]
    # The writer has survived it.
    assert await group.submit(9) == "stored 9"


async def test_whoever_gives_up_waiting_disturbs_nobody() -> None:
    disk = Disk()
    disk.free.clear()
    group = GroupCommit(disk)
    tasks = [asyncio.create_task(group.submit(item)) for item in range(3)]
    await disk.begun.wait()
    tasks[1].cancel()
    late = asyncio.create_task(group.submit(3))
    await asyncio.sleep(0)
    late.cancel()
    last = asyncio.create_task(group.submit(4))
    await asyncio.sleep(0)
    disk.free.set()
    outcomes = await asyncio.gather(*tasks, late, last, return_exceptions=True)
    assert [outcomes[0], outcomes[2], outcomes[4]] == ["stored 0", "stored 2", "stored 4"]
    assert isinstance(outcomes[1], asyncio.CancelledError) and isinstance(outcomes[3], asyncio.CancelledError)


async def test_a_writer_that_is_stopped_leaves_nobody_waiting() -> None:
    async def stopped(batch: Sequence[int]) -> list[str]:
        raise asyncio.CancelledError

    group = GroupCommit(stopped, largest=1)
    waiting = [asyncio.create_task(group.submit(item)) for item in range(3)]
    done, _ = await asyncio.wait(waiting, timeout=1)
    assert len(done) == 3
    assert all(isinstance(task.exception(), RuntimeError) for task in done)


@pytest.mark.parametrize("outcomes", [["one"], ["one", "two", "three"]])
async def test_a_commit_that_miscounts_leaves_nobody_waiting(outcomes) -> None:
    async def miscounts(batch: Sequence[int]) -> list[str]:
        return outcomes

    group = GroupCommit(miscounts)
    waiting = [asyncio.create_task(group.submit(item)) for item in range(2)]
    done, _ = await asyncio.wait(waiting, timeout=1)
    assert len(done) == 2
    assert any(task.exception() for task in waiting)
