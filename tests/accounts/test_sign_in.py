"""Signing in and out: the session, its cookie, and how guessing is slowed down."""

from datetime import timedelta
from http.cookies import SimpleCookie

import pytest

from backend.accounts import services
from backend.accounts.models import Account, Session
from backend.accounts.passwords import NOBODY
from backend.accounts.queries import find_account_of_session
from backend.accounts.services import SignInThrottle, sign_in, token_hash
from backend.app import create_app
from backend.audit.models import AuditEntry
from backend.config import load_settings
from backend.errors import Problem
from tests.conftest import NOON
from tests.municipality import PASSWORD, make_planner
from tests.page_client import PageClient, page_of

EMAIL = "planner@example.org"
GOOD = {"email": EMAIL, "password": PASSWORD}
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


async def signed_in(client: PageClient) -> str:
    """Signs the planner in; returns the cookie's token."""
    response = await client.post("/en/staff/sign-in", data=GOOD)
    assert (response.status_code, response.headers["location"]) == (303, "/en/staff/")
    return SimpleCookie(response.headers["set-cookie"])["delaktig"].value


async def test_sign_in_use_and_sign_out(client, clock) -> None:
    await make_planner(clock)
    token = await signed_in(client)
    assert (await client.get("/en/staff/surveys")).status_code == 200
    again = await client.get("/en/staff/sign-in")
    assert (again.status_code, again.headers["location"]) == (303, "/en/staff/")
    out = await client.post("/en/staff/sign-out")
    assert out.status_code == 303 and 'delaktig=""' in out.headers["set-cookie"]
    # The old token opens nothing, even if a browser kept it.
    old = await client.get("/en/staff/surveys", headers={"Cookie": f"delaktig={token}"})
    assert old.status_code == 303 and old.headers["location"] == "/en/staff/sign-in"
    assert [entry.action for entry in await AuditEntry.all().order_by("id")] == [
        "account-created",
        "signed-in",
        "signed-out",
    ]


async def test_the_database_holds_the_token_s_hash_only(client, clock) -> None:
    await make_planner(clock)
    token = await signed_in(client)
    (session,) = await Session.all()
    assert session.token_hash == token_hash(token) and token not in str(dict(session))
    assert len(token) >= 43
    as_token = await client.get("/en/staff/", headers={"Cookie": f"delaktig={session.token_hash}"})
    assert as_token.status_code == 303 or client.cookies
    assert await find_account_of_session(session.token_hash, clock()) is None


async def test_a_session_ends_in_time(client, clock, settings) -> None:
    await make_planner(clock)
    token = await signed_in(client)
    clock.now = NOON + timedelta(hours=settings.session_hours) - timedelta(seconds=1)
    assert (await find_account_of_session(token, clock())).email == EMAIL
    clock.now += timedelta(seconds=1)
    assert await find_account_of_session(token, clock()) is None
    assert (await client.get("/en/staff/surveys")).status_code == 303
    clock.now += timedelta(seconds=1)
    await signed_in(client)
    assert await Session.all().count() == 1, "the expired session is cleared away"


async def test_an_account_that_is_switched_off_is_out_at_once(client, clock) -> None:
    await make_planner(clock)
    await signed_in(client)
    await Account.all().update(is_active=False)
    assert (await client.get("/en/staff/surveys")).status_code == 303
    refused = await client.post("/en/staff/sign-in", data=GOOD)
    assert refused.status_code == 403


@only_sqlite
@pytest.mark.parametrize(
    "fields", [{"email": EMAIL, "password": "wrong"}, {"email": "x@y", "password": PASSWORD}, {}]
)
async def test_who_is_refused_does_not_learn_why(client, clock, fields) -> None:
    await make_planner(clock)
    response = await client.post("/en/staff/sign-in", data={"other": "x", **fields})
    page = page_of(response)
    assert response.status_code == 403 and "set-cookie" not in response.headers
    assert "The e-mail address or the password is not right." in page.words
    assert PASSWORD not in response.text
    assert not await Session.exists()


@only_sqlite
async def test_an_unknown_account_takes_a_hash_too(opened, clock, monkeypatch) -> None:
    checked = []

    async def matches(known: str, password: str) -> bool:
        checked.append(known)
        return False

    monkeypatch.setattr(services, "password_matches", matches)
    await make_planner(clock)
    for email in (EMAIL, "nobody@example.org"):
        with pytest.raises(Problem):
            await sign_in(clock, email, "wrong", 12, SignInThrottle())
    assert checked == [(await Account.get()).password_hash, NOBODY]


@only_sqlite
async def test_nobody_signs_in_as_nobody(opened, clock, monkeypatch) -> None:
    async def matches(known: str, password: str) -> bool:
        return True

    monkeypatch.setattr(services, "password_matches", matches)
    with pytest.raises(Problem) as refused:
        await sign_in(clock, "nobody@example.org", "any", 12, SignInThrottle())
    assert refused.value.word == "sign-in-failed"


@only_sqlite
class TestCookie:
    async def test_over_http(self, client, clock, settings) -> None:
        await make_planner(clock)
        (header,) = (await client.post("/en/staff/sign-in", data=GOOD)).headers.get_list("set-cookie")
        cookie = SimpleCookie(header)["delaktig"]
        assert (cookie["httponly"], cookie["samesite"].lower(), cookie["path"], cookie["secure"]) == (
            True,
            "lax",
            "/",
            "",
        )
        assert cookie["max-age"] == str(settings.session_hours * 3600) and not cookie["domain"]

    async def test_over_tls(self, settings, clock) -> None:
        """`__Host-` asks for Secure, no Domain and the path / (RFC 6265bis, section 4.1.3.2)."""
        environment = {"DELAKTIG_DATABASE_URL": settings.database_url, "DELAKTIG_PUBLIC_URL": "https://testserver"}
        app = create_app(load_settings(environment), clock)
        async with app.router.lifespan_context(app), PageClient(app) as client:
            await make_planner(clock)
            headers = {"Origin": "https://testserver"}
            response = await client.post("/en/staff/sign-in", data=GOOD, headers=headers)
            cookie = SimpleCookie(response.headers["set-cookie"])["__Host-delaktig"]
            assert (cookie["secure"], cookie["httponly"], cookie["path"], cookie["domain"]) == (True, True, "/", "")
            plain = await client.get("/en/staff/surveys", headers={"Cookie": f"delaktig={cookie.value}"})
            secure = await client.get("/en/staff/surveys", headers={"Cookie": f"__Host-delaktig={cookie.value}"})
            assert (plain.status_code, secure.status_code) == (303, 200)
            out = await client.post(
                "/en/staff/sign-out", headers={**headers, "Cookie": f"__Host-delaktig={cookie.value}"}
            )
            ended = SimpleCookie(out.headers["set-cookie"])["__Host-delaktig"]
            assert (ended.value, ended["secure"], ended["path"], ended["max-age"]) == ("", True, "/", "0")


class TestThrottle:
    def wait(self, throttle: SignInThrottle, now) -> int | None:
        """The minutes that one has to wait, or None."""
        try:
            throttle.check("a", now)
        except Problem as problem:
            assert problem.word == "sign-in-throttled"
            return problem.values["minutes"]
        return None

    def test_five_tries_are_free_and_then_it_grows_to_a_quarter_of_an_hour(self) -> None:
        throttle, now, waited = SignInThrottle(), NOON, []
        for _ in range(16):
            assert self.wait(throttle, now) is None
            throttle.failed("a", now)
            before = now
            while self.wait(throttle, now) is not None:
                now += timedelta(seconds=1)
            waited.append((now - before).seconds)
        assert waited[:8] == [0, 0, 0, 0, 30, 60, 120, 240]
        assert waited == sorted(waited) and waited[-1] == max(waited) == 900

    def test_success_forgets_and_others_are_not_touched(self) -> None:
        throttle = SignInThrottle()
        for _ in range(6):
            throttle.failed("a", NOON)
        throttle.check("b", NOON)
        assert self.wait(throttle, NOON) == 2
        throttle.succeeded("a")
        assert self.wait(throttle, NOON) is None

    def test_it_remembers_a_bounded_number(self, monkeypatch) -> None:
        monkeypatch.setattr(SignInThrottle, "REMEMBERED", 3)
        throttle = SignInThrottle()
        for email in "abcabcabcabcabcd":
            throttle.failed(email, NOON)
        assert set(throttle._failures) == {"b", "c", "d"}

    @only_sqlite
    async def test_a_throttled_sign_in_is_told_and_ends(self, client, clock) -> None:
        await make_planner(clock)
        for _ in range(5):
            await client.post("/en/staff/sign-in", data={"email": EMAIL, "password": "wrong"})
        refused = await client.post("/en/staff/sign-in", data=GOOD)
        assert refused.status_code == 429 and "1 min" in page_of(refused).words
        clock.now += timedelta(seconds=30)
        await signed_in(client)
