"""Making accounts: what is taken, what is refused, and that hashing holds nobody up."""

import asyncio
import threading

import argon2
import pytest

from backend.accounts import passwords
from backend.accounts.models import Account
from backend.accounts.services import create_account
from backend.audit.models import AuditEntry
from backend.errors import Problem
from tests.municipality import ACTOR, PASSWORD

GOOD = {"email": "planner@example.org", "name": "A planner", "role": "planner", "password": PASSWORD}


async def test_an_account_is_stored_with_its_hash_only(opened, clock) -> None:
    account = await create_account(clock, ACTOR, **{**GOOD, "email": " Planner@Example.org ", "name": " A planner "})
    stored = await Account.get(id=account.id)
    assert (stored.email, stored.name, stored.role, stored.is_active) == (
        "planner@example.org",
        "A planner",
        "planner",
        True,
    )
    assert stored.password_hash.startswith("$argon2id$") and PASSWORD not in stored.password_hash
    (entry,) = await AuditEntry.all()
    assert (entry.actor, entry.action, entry.object_code, entry.detail) == (
        ACTOR,
        "account-created",
        stored.email,
        "planner",
    )


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("field", "bad"),
    [
        *[
            ("email", email)
            for email in ("", "planner", "@example.org", "a@", "a b@example.org", "a@b@c", "x" * 65 + "@y")
        ],
        *[("name", name) for name in ("", "  ")],
        *[("role", role) for role in ("", "owner", "Planner")],
        *[("password", password) for password in ("", "x" * 11, "x" * 257)],
    ],
)
async def test_a_faulty_field_is_named_and_nothing_is_stored(opened, clock, field: str, bad: str) -> None:
    with pytest.raises(Problem) as refused:
        await create_account(clock, ACTOR, **{**GOOD, field: bad})
    assert refused.value.word == "account-invalid"
    assert [fault.name for fault in refused.value.fields] == [field]
    assert not await Account.exists() and not await AuditEntry.exists()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_all_faults_are_told_at_once(opened, clock) -> None:
    with pytest.raises(Problem) as refused:
        await create_account(clock, ACTOR, email="", name="", role="", password="")
    assert [fault.name for fault in refused.value.fields] == ["email", "name", "role", "password"]


async def test_an_address_has_one_account(opened, clock) -> None:
    await create_account(clock, ACTOR, **GOOD)
    with pytest.raises(Problem) as refused:
        await create_account(clock, ACTOR, **{**GOOD, "email": "PLANNER@example.org"})
    assert refused.value.word == "account-exists"
    made = await asyncio.gather(
        *(create_account(clock, ACTOR, **{**GOOD, "email": "two@example.org"}) for _ in range(2)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in made) == ["Account", "Problem"]
    assert await Account.filter(email="two@example.org").count() == 1


class TestHashing:
    async def test_hashing_and_checking_leave_the_loop_free(self, monkeypatch) -> None:
        """While Argon2 is held up on purpose, the loop goes on and releases it; on the loop it would never end."""
        released = threading.Event()
        hasher = passwords._hasher

        class Slow:
            def hash(self, password: str) -> str:
                assert released.wait(20)
                return hasher.hash(password)

            def verify(self, known: str, password: str) -> bool:
                assert released.wait(20)
                return hasher.verify(known, password)

        monkeypatch.setattr(passwords, "_hasher", Slow())
        hashing = asyncio.create_task(passwords.hash_password(PASSWORD))
        checking = asyncio.create_task(passwords.password_matches(passwords.NOBODY, PASSWORD))
        for _ in range(50):
            await asyncio.sleep(0.001)
        assert not hashing.done() and not checking.done()
        released.set()
        assert (await hashing).startswith("$argon2id$") and await checking is False

    async def test_two_at_a_time(self, monkeypatch) -> None:
        most, now, lock = 0, 0, threading.Lock()

        class Counting:
            def hash(self, password: str) -> str:
                nonlocal most, now
                with lock:
                    now += 1
                    most = max(most, now)
                threading.Event().wait(0.02)
                with lock:
                    now -= 1
                return ""

        monkeypatch.setattr(passwords, "_hasher", Counting())
        await asyncio.gather(*(passwords.hash_password("x") for _ in range(6)))
        assert most == 2

    async def test_only_the_right_password_matches(self) -> None:
        hashed = await passwords.hash_password(PASSWORD)
        assert await passwords.password_matches(hashed, PASSWORD)
        assert not await passwords.password_matches(hashed, PASSWORD + " ")
        assert not await passwords.password_matches("not a hash", PASSWORD)

    async def test_nobody_costs_what_somebody_costs(self) -> None:
        real = await passwords.hash_password(PASSWORD)
        assert argon2.extract_parameters(passwords.NOBODY) == argon2.extract_parameters(real)
