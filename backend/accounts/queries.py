"""Who is signed in."""

from datetime import datetime

from backend.accounts.models import Account, Session
from backend.accounts.services import token_hash


async def find_account_of_session(token: str, now: datetime) -> Account | None:
    """The active account of an unexpired session token, or None."""
    session = await Session.get_or_none(token_hash=token_hash(token), expires_at__gt=now).prefetch_related("account")
    return session.account if session is not None and session.account.is_active else None


async def list_accounts() -> list[Account]:
    return await Account.all().order_by("email")
