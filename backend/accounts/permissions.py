"""What staff may do. Roles: a planner runs surveys and releases, an administrator reads the audit as well."""

from backend.accounts.models import Account

PLANNER = "planner"
ADMINISTRATOR = "administrator"
ROLES = (PLANNER, ADMINISTRATOR)


def may_plan(account: Account | None) -> bool:
    """Open and close waves; prepare, publish, withhold and withdraw releases."""
    return account is not None and account.role in ROLES
