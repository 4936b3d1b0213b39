"""Drawing a release apart: counting is heavy, so a process of its own does it and no page waits for it."""

import asyncio
import logging

from backend.apart import run_apart
from backend.config import Settings

log = logging.getLogger("delaktig.drawing")

# The loop itself keeps only weak references to its tasks; these see to it that every child is waited for.
_drawings: dict[str, asyncio.Task[None]] = {}


def is_drawing(code: str) -> bool:
    """Whether this process has started a drawing of the release that has not ended yet."""
    return code in _drawings


async def start_drawing(settings: Settings, code: str) -> None:
    """Starts `delaktig release draw` for a charged release and returns at once.

    Asking again while it runs starts nothing: a button pressed twice is one drawing. Should another process draw
    the same release, the first to store wins and the other's draw is forgotten unread (`services.draw_release`).
    """
    if not is_drawing(code):
        task = asyncio.create_task(_draw(settings, code))
        _drawings[code] = task
        task.add_done_callback(lambda _: _drawings.pop(code, None))


async def _draw(settings: Settings, code: str) -> None:
    """Waits for the child. Only a failure is logged: the time of a success would tell how long counting took."""
    try:
        drawn = await run_apart(settings, "release", "draw", code)
    except OSError:
        drawn = False
    if not drawn:
        log.error("the drawing of %s has failed", code)
