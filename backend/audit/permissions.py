"""Who may read the audit. It stands below the accounts, so it knows a role by its name only."""

from typing import Protocol

READERS = ("administrator",)


class HasRole(Protocol):
    """Anything with a role, such as an account."""

    role: str


def may_read_audit(account: HasRole | None) -> bool:
    """Administrators read the audit; planners are in it."""
    return account is not None and account.role in READERS
