"""Accounts and sign-in."""

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from backend.accounts.models import Account, Session
from backend.accounts.passwords import NOBODY, hash_password, password_matches
from backend.accounts.permissions import ROLES
from backend.audit.services import record_action
from backend.clock import Clock
from backend.errors import FieldError, Problem, mark

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")

BAD_EMAIL = mark("Write an e-mail address, such as name@example.org.")
SHORT_PASSWORD = mark("Choose a password of at least %(length)s characters.")
NO_NAME = mark("Write a name.")
NO_ROLE = mark("Choose one of these roles: %(roles)s.")


def token_hash(token: str) -> str:
    """The stored form of a session token: SHA-256 is enough, since the token itself is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


async def create_account(clock: Clock, actor: str, *, email: str, name: str, role: str, password: str) -> Account:
    """Makes a staff account. Raises Problem: account-invalid (with the fields at fault), account-exists."""
    email = email.strip().lower()
    faults = []
    if not EMAIL.fullmatch(email):
        faults.append(FieldError("email", BAD_EMAIL))
    if not name.strip():
        faults.append(FieldError("name", NO_NAME))
    if role not in ROLES:
        faults.append(FieldError("role", NO_ROLE, {"roles": ", ".join(ROLES)}))
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        faults.append(FieldError("password", SHORT_PASSWORD, {"length": SHORTEST_PASSWORD}))
    if faults:
        raise Problem("account-invalid", fields=tuple(faults))
    hashed = await hash_password(password)
    async with in_transaction():
        if await Account.filter(email=email).exists():
            raise Problem("account-exists", email=email)
        account = await Account.create(email=email, name=name.strip(), role=role, password_hash=hashed)
        await record_action(clock, actor, "account-created", email, role)
    return account


async def sign_in(clock: Clock, email: str, password: str, hours: int, throttle: "SignInThrottle") -> str:
    """Checks the password and returns a new session's token for the cookie.

    Raises Problem: sign-in-failed, sign-in-throttled (after five wrong passwords in a row, growing to 15 minutes).
    """
    # PostgreSQL would refuse even to look for an address with a NUL in it.
    email = email.strip().lower()[:254].replace("\0", " ")
    throttle.check(email, clock())
    account = await Account.get_or_none(email=email, is_active=True)
    known = account.password_hash if account else NOBODY
    if not await password_matches(known, password[:LONGEST_PASSWORD]) or account is None:
        throttle.failed(email, clock())
        raise Problem("sign-in-failed")
    throttle.succeeded(email)
    token = secrets.token_urlsafe(32)
    now = clock()
    async with in_transaction():
        await Session.filter(expires_at__lt=now).delete()
        await Session.create(token_hash=token_hash(token), account=account, expires_at=now + timedelta(hours=hours))
        await record_action(clock, account.email, "signed-in", account.email)
    return token


async def sign_out(clock: Clock, actor: Account, token: str) -> None:
    async with in_transaction():
        await Session.filter(token_hash=token_hash(token)).delete()
        await record_action(clock, actor.email, "signed-out", actor.email)


class SignInThrottle:
    """Slows down guessing, per e-mail address and in memory; nobody's network address is looked at."""

    FREE_TRIES = 5
    LONGEST = timedelta(minutes=15)
    REMEMBERED = 10_000

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, datetime]] = {}

    def check(self, email: str, now: datetime) -> None:
        tries, until = self._failures.get(email, (0, now))
        if tries >= self.FREE_TRIES and now < until:
            raise Problem("sign-in-throttled", minutes=(until - now).seconds // 60 + 1)

    def failed(self, email: str, now: datetime) -> None:
        tries = self._failures.pop(email, (0, now))[0] + 1
        excess = max(0, tries - self.FREE_TRIES)
        wait = min(self.LONGEST, timedelta(seconds=30) * 2 ** min(excess, 10))
        self._failures[email] = (tries, now + wait)
        if len(self._failures) > self.REMEMBERED:
            del self._failures[next(iter(self._failures))]

    def succeeded(self, email: str) -> None:
        self._failures.pop(email, None)
