"""What every command shares: the open database, the clock, steps on standard error, and how failures are told."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from tortoise.exceptions import DBConnectionError, OperationalError

from backend.clock import Clock, system_clock
from backend.config import Settings
from backend.core.questionnaire_nodes import DefinitionError
from backend.db import database
from backend.districts.forms import DistrictFileError
from backend.errors import Problem
from backend.migrate import MigrationError

EXIT_REFUSED = 1
EXIT_USAGE = 2


class Refused(Exception):
    """A command cannot do what it was asked; the message says why and what to do."""


class Context(NamedTuple):
    """What a command works with."""

    settings: Settings
    clock: Clock


@asynccontextmanager
async def open_context(settings: Settings) -> AsyncIterator[Context]:
    async with database(settings.database_url):
        yield Context(settings, system_clock)


def show_step(step: str) -> None:
    """Tells of a step on standard error, so that standard output holds results only."""
    print(f"… {step}", file=sys.stderr, flush=True)


def report(error: Exception) -> int:
    """Writes a failure for its reader and returns the exit code; what nobody foresaw is raised again."""
    if isinstance(error, Problem):
        lines = [error.english(), *(f"  {f.name}: {f.message % f.values}" for f in error.fields)]
    elif isinstance(error, DefinitionError | DistrictFileError):
        lines = ["Nothing was stored. Mend this first:", *(f"  {fault}" for fault in _fault_lines(error))]
    elif isinstance(error, MigrationError | Refused):
        lines = [str(error)]
    elif isinstance(error, OSError):
        lines = [f"{error.filename or 'the file'}: {error.strerror or error}"]
    elif isinstance(error, DBConnectionError | OperationalError):
        lines = [f"The database cannot be used: {error}. Has `delaktig migrate` been run?"]
    else:
        raise error
    print("\n".join(["delaktig: " + lines[0], *lines[1:]]), file=sys.stderr)
    return EXIT_REFUSED


def _fault_lines(error: DefinitionError | DistrictFileError) -> list[str]:
    if isinstance(error, DefinitionError):
        return [str(fault) for fault in error.faults]
    return [
        fault.message if fault.feature is None else f"feature {fault.feature}: {fault.message}"
        for fault in error.faults
    ]
