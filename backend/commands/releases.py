"""`delaktig release`, `delaktig purge` and `delaktig upkeep`."""

import argparse
from typing import Any

from backend.audit.services import COMMAND_LINE
from backend.commands.running import Context, show_step
from backend.releases.queries import get_release, list_releases, release_state
from backend.releases.services import (
    draw_release,
    prepare_release,
    publish_release,
    withdraw_release,
    withhold_release,
)
from backend.releases.upkeep import purge, run_upkeep


def add_commands(commands: Any) -> None:
    release = commands.add_parser("release", help="prepare, publish, withhold, withdraw and list releases")
    actions = release.add_subparsers(dest="action", required=True, metavar="ACTION")
    prepare = actions.add_parser(
        "prepare", help="charge the budget, draw once and store; may be repeated at any time"
    )
    prepare.add_argument("wave", help="the wave's code")
    prepare.set_defaults(run=_prepare)
    draw = actions.add_parser("draw", help="finish a release whose drawing was interrupted after the charge")
    draw.add_argument("release", help="the release's code")
    draw.set_defaults(run=_draw)
    publish = actions.add_parser("publish", help="make a prepared release public")
    publish.add_argument("release", help="the release's code")
    publish.set_defaults(run=_publish)
    for name, text, run in (
        ("withhold", "keep a prepared release from publishing itself", _withhold),
        ("withdraw", "take a published release back", _withdraw),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("release", help="the release's code")
        action.add_argument("--reason", required=True, help="why; it will be public")
        action.set_defaults(run=run)
    actions.add_parser("list", help="list the releases and their states").set_defaults(run=_list)
    commands.add_parser("purge", help="delete the raw responses whose retention has ended").set_defaults(run=_purge)
    commands.add_parser(
        "upkeep", help="all that is due now: nightly looks, rewriting, overdue releases, purge; `serve` runs it"
    ).set_defaults(run=_upkeep)


async def _prepare(options: argparse.Namespace, context: Context) -> None:
    show_step("charging the privacy budget")
    release = await prepare_release(context.clock, COMMAND_LINE, context.settings, options.wave)
    await _finish(context, release.code)


async def _draw(options: argparse.Namespace, context: Context) -> None:
    await _finish(context, (await get_release(options.release)).code)


async def _finish(context: Context, code: str) -> None:
    show_step("counting, drawing the noise and writing the files")
    release = await draw_release(context.clock, context.settings, code)
    print(f"{release.code} is {release_state(release)}.")


async def _publish(options: argparse.Namespace, context: Context) -> None:
    release = await publish_release(context.clock, COMMAND_LINE, options.release)
    print(f"{release.code} is public.")


async def _withhold(options: argparse.Namespace, context: Context) -> None:
    release = await withhold_release(context.clock, COMMAND_LINE, options.release, options.reason)
    print(f"{release.code} is withheld.")


async def _withdraw(options: argparse.Namespace, context: Context) -> None:
    release = await withdraw_release(context.clock, COMMAND_LINE, options.release, options.reason)
    print(f"{release.code} is withdrawn.")


async def _list(options: argparse.Namespace, context: Context) -> None:
    for release in await list_releases():
        print(f"{release.code}\t{release_state(release)}")


async def _purge(options: argparse.Namespace, context: Context) -> None:
    for wave in await purge(context.clock, context.settings, COMMAND_LINE, show_step):
        print(f"The responses of {wave} are deleted.")


async def _upkeep(options: argparse.Namespace, context: Context) -> None:
    await run_upkeep(context.clock, context.settings, show_step)
