"""The command `delaktig`: every task of whoever runs the service. Steps are shown, never numbers of answers."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from backend.commands import accounts, districts, releases, service, surveys
from backend.commands.running import EXIT_USAGE, Context, open_context, report
from backend.config import SettingError, load_settings

Command = Callable[[argparse.Namespace, Context], Awaitable[None]]


def build_parser() -> argparse.ArgumentParser:
    """Every command with its options; a test compares them with the README."""
    parser = argparse.ArgumentParser(
        prog="delaktig",
        description="Hear a city's residents. Settings come from the environment; see the README.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in (service, accounts, districts, surveys, releases):
        group.add_commands(commands)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Exit codes: 0 done, 1 refused (the reason on standard error), 2 wrong usage or setting."""
    options = build_parser().parse_args(arguments)
    try:
        settings = load_settings()
    except SettingError as error:
        print(f"delaktig: {error}", file=sys.stderr)
        return EXIT_USAGE
    if hasattr(options, "run_alone"):
        run_alone: Callable[[argparse.Namespace, Any], int] = options.run_alone
        try:
            return run_alone(options, settings)
        except Exception as error:
            return report(error)
    command: Command = options.run
    return asyncio.run(_run(command, options, open_context(settings)))


async def _run(command: Command, options: argparse.Namespace, context: Any) -> int:
    try:
        async with context as opened:
            await command(options, opened)
    except Exception as error:
        return report(error)
    return 0


if __name__ == "__main__":
    sys.exit(main())
