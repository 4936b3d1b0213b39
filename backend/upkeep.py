"""The service's own housekeeping: while it serves, it runs `delaktig upkeep` every quarter of an hour."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from backend.apart import run_apart
from backend.config import Settings

log = logging.getLogger("delaktig.upkeep")

INTERVAL = 15 * 60
FIRST_AFTER = 60


@asynccontextmanager
async def upkeep_while_serving(settings: Settings) -> AsyncIterator[None]:
    """Keeps house for the length of a block. Several app processes may do so at once."""
    task = asyncio.create_task(_keep_house(settings))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _keep_house(settings: Settings) -> None:
    await asyncio.sleep(FIRST_AFTER)
    while True:
        if not await run_apart(settings, "upkeep"):
            log.error("upkeep failed; run `delaktig upkeep` to see why")
        await asyncio.sleep(INTERVAL)
