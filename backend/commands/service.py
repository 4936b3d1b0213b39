"""`delaktig serve`, `migrate` and `seed`."""

import argparse
import asyncio
from typing import Any

from backend.accounts.models import Account
from backend.clock import system_clock
from backend.commands.running import Context, Refused, show_step
from backend.config import Settings
from backend.db import database
from backend.migrate import migrate, pending_migrations
from backend.seed import AUDITOR, EMAIL, PASSWORD, RESPONSES, STAGES, is_empty, is_unfinished, seed_demo

DEMO_ACCOUNTS = f"Demo accounts: {EMAIL} (planner) and {AUDITOR} (administrator), password {PASSWORD}"

SERVER_OPTIONS: dict[str, Any] = {
    "loop": "uvloop",
    "http": "httptools",
    "ws": "none",
    "access_log": False,
    "log_config": None,
    "server_header": False,
    # Addresses are neither stored nor used, so nobody needs to know the client's behind the proxy.
    "proxy_headers": False,
}
"""How uvicorn serves; the fast loop and parser by name, so that it refuses to start when one is missing."""


def add_commands(commands: Any) -> None:
    serve = commands.add_parser("serve", help="answer requests until stopped")
    serve.add_argument(
        "--demo", action="store_true", help="first migrate, and fill an empty database with the Umeå demo"
    )
    serve.set_defaults(run_alone=_serve)
    commands.add_parser("migrate", help="bring the database to the present schema").set_defaults(run_alone=_migrate)
    seed = commands.add_parser("seed", help="fill an empty database with the Umeå demo")
    seed.add_argument("--stage", choices=STAGES, default="fielding", help="how far (default: %(default)s)")
    seed.add_argument(
        "--responses", type=int, default=RESPONSES, help="invented answers of an earlier wave (default: %(default)s)"
    )
    seed.set_defaults(run=_seed)


def _migrate(options: argparse.Namespace, settings: Settings) -> int:
    names = asyncio.run(migrate(settings.database_url, lambda name: show_step(f"applying {name}")))
    print("The database has the present schema." if not names else f"Applied: {', '.join(names)}.")
    return 0


def _serve(options: argparse.Namespace, settings: Settings) -> int:
    if options.demo:
        # All in one process: a newcomer's second start is to be quick.
        _migrate(options, settings)
        asyncio.run(_fill_if_empty(settings))
    elif asyncio.run(_pending(settings)):
        raise Refused("the database is not at the present schema; run `delaktig migrate`.")
    import uvicorn

    from backend.app import create_app
    from backend.web.middleware import configure_logging

    configure_logging(settings.log_level)
    _announce(settings)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        **SERVER_OPTIONS,
    )
    return 0


async def _pending(settings: Settings) -> list[str]:
    async with database(settings.database_url) as connection:
        return await pending_migrations(connection, settings.database_url)


def _announce(settings: Settings) -> None:
    address = f"http://{settings.host}:{settings.port}"
    print(f"Delaktig answers on {address}/", flush=True)
    print(f"  residents: {address}/{settings.languages[0]}/", flush=True)
    print(f"  results:   {address}/{settings.languages[0]}/results", flush=True)
    print(f"  staff:     {address}/{settings.languages[0]}/staff/", flush=True)


async def _fill_if_empty(settings: Settings) -> None:
    async with database(settings.database_url):
        if await is_unfinished():
            raise Refused("the demo was interrupted while it was filled; delete its database and start again.")
        if await is_empty():
            await seed_demo(system_clock, settings, show_step)
        if await Account.filter(email=EMAIL).exists():
            print(DEMO_ACCOUNTS, flush=True)


async def _seed(options: argparse.Namespace, context: Context) -> None:
    if not await is_empty():
        raise Refused("the database holds data already; the demo needs an empty one.")
    await seed_demo(system_clock, context.settings, show_step, stage=options.stage, responses=options.responses)
    print(DEMO_ACCOUNTS)
