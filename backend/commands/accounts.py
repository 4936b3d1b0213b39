"""`delaktig account`: who of the staff may sign in."""

import argparse
import getpass
import sys
from typing import Any

from backend.accounts.permissions import ROLES
from backend.accounts.queries import list_accounts
from backend.accounts.services import create_account
from backend.audit.services import COMMAND_LINE
from backend.commands.running import Context


def add_commands(commands: Any) -> None:
    account = commands.add_parser("account", help="make and list staff accounts")
    actions = account.add_subparsers(dest="action", required=True, metavar="ACTION")
    create = actions.add_parser("create", help="make an account; the password is asked for, or read from a pipe")
    create.add_argument("email", help="the e-mail address to sign in with")
    create.add_argument("--name", required=True, help="the name that the desk shows")
    create.add_argument("--role", choices=ROLES, default=ROLES[0], help="default: %(default)s")
    create.set_defaults(run=_create)
    actions.add_parser("list", help="list the accounts").set_defaults(run=_list)


async def _create(options: argparse.Namespace, context: Context) -> None:
    account = await create_account(
        context.clock,
        COMMAND_LINE,
        email=options.email,
        name=options.name,
        role=options.role,
        password=_password(),
    )
    print(f"{account.email} may sign in as {account.role}.")


def _password() -> str:
    # Never an argument: arguments stand in the process list and in the shell's history.
    if sys.stdin.isatty():
        return getpass.getpass("Password (at least 12 characters): ")
    return sys.stdin.readline().rstrip("\n")


async def _list(options: argparse.Namespace, context: Context) -> None:
    for account in await list_accounts():
        print(f"{account.email}\t{account.role}\t{'active' if account.is_active else 'inactive'}\t{account.name}")
