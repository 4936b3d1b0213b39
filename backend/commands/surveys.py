"""`delaktig survey` and `delaktig wave`."""

import argparse
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from backend.audit.services import COMMAND_LINE
from backend.commands.running import Context, show_step
from backend.surveys.queries import list_surveys, list_waves, wave_state
from backend.surveys.services import close_wave, create_wave, import_questionnaire, open_wave


def add_commands(commands: Any) -> None:
    _add_survey(commands)
    _add_wave(commands)


def _add_survey(commands: Any) -> None:
    survey = commands.add_parser("survey", help="import and list survey definitions")
    actions = survey.add_subparsers(dest="action", required=True, metavar="ACTION")
    take = actions.add_parser("import", help="store a definition file (YAML) as a new version of its survey")
    take.add_argument("file", type=Path)
    take.set_defaults(run=_import)
    actions.add_parser("list", help="list the surveys and their versions").set_defaults(run=_list_surveys)


def _add_wave(commands: Any) -> None:
    wave = commands.add_parser("wave", help="draft, open, close and list waves")
    actions = wave.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="draft a wave of a survey's latest questionnaire")
    create.add_argument("survey", help="the survey's code")
    create.add_argument("--starts", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD")
    create.add_argument("--ends", type=date.fromisoformat, required=True, metavar="YYYY-MM-DD", help="last day")
    create.add_argument(
        "--grace-hours",
        type=int,
        choices=range(721),
        metavar="HOURS",
        help="late answers are taken this long (default: the setting)",
    )
    create.add_argument("--rho", type=_loss, help="privacy loss of the wave (default: the setting)")
    create.set_defaults(run=_create)
    for name, text, run in (
        ("open", "freeze questionnaire and release plan; from then on the dates decide", _open),
        ("close", "end an open wave now", _close),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("wave", help="the wave's code")
        action.set_defaults(run=run)
    actions.add_parser("list", help="list the waves and their states").set_defaults(run=_list_waves)


def _loss(text: str) -> Fraction:
    """A privacy loss as an exact fraction: `0.1` or `1/10`."""
    try:
        return Fraction(text)
    except ZeroDivisionError as error:
        raise argparse.ArgumentTypeError(f"{text} is no number") from error


async def _import(options: argparse.Namespace, context: Context) -> None:
    show_step("checking the definition")
    version = await import_questionnaire(context.clock, COMMAND_LINE, options.file.read_bytes())
    print(f"Version {version.version} is stored, hash {version.definition_hash}.")


async def _list_surveys(options: argparse.Namespace, context: Context) -> None:
    for survey in await list_surveys():
        versions = sorted(version.version for version in survey.questionnaires)
        print(f"{survey.code}\tversions {', '.join(map(str, versions))}")


async def _create(options: argparse.Namespace, context: Context) -> None:
    wave = await create_wave(
        context.clock,
        COMMAND_LINE,
        context.settings,
        survey=options.survey,
        starts_on=options.starts,
        ends_on=options.ends,
        grace_hours=options.grace_hours,
        rho=options.rho,
    )
    print(wave.code)


async def _open(options: argparse.Namespace, context: Context) -> None:
    wave = await open_wave(context.clock, COMMAND_LINE, context.settings, options.wave)
    print(f"{wave.code} is frozen under plan {wave.plan_hash}.")


async def _close(options: argparse.Namespace, context: Context) -> None:
    wave = await close_wave(context.clock, COMMAND_LINE, options.wave)
    print(f"{wave.code} has ended.")


async def _list_waves(options: argparse.Namespace, context: Context) -> None:
    for wave in await list_waves():
        print(f"{wave.code}\t{wave_state(wave, context.clock())}")
