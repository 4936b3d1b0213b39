"""Heavy work runs apart from the serving process, as a `delaktig` command in a child process of its own.

Counting a million responses or rewriting a table would hold up everyone's pages, and exact counts would exist in the
memory of a process that answers strangers.
"""

import asyncio
import os
import sys
from contextlib import suppress

from backend.config import ROOT, Settings, environment_of

# Who waits for a page comes first wherever there are fewer processors than work.
NICENESS = 10


async def run_apart(settings: Settings, *arguments: str) -> bool:
    """Runs `delaktig …` in a child process with the same settings; returns whether it succeeded.

    Its output is discarded: an operator who wants to see it runs the command by hand. When the caller is cancelled
    the child goes on; every command can be interrupted and repeated anyway.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "backend.cli",
        *arguments,
        cwd=ROOT,
        env=environment_of(settings),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, child.pid, NICENESS)
    return await child.wait() == 0
