"""Who gets to the desk: signing in and out, sessions, roles, and requests that another site made."""

from datetime import timedelta

import httpx
import msgspec
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from backend.accounts.models import Session
from backend.accounts.permissions import ROLES
from backend.app import FEATURES, create_app
from backend.audit.permissions import READERS
from backend.config import Settings
from backend.releases.models import Release
from backend.seed import MovableClock
from backend.surveys.models import Wave
from tests.desk.conftest import SignIn
from tests.municipality import PASSWORD, make_planner
from tests.page_client import PageClient, page_of

DOOR = "/en/staff/sign-in"


def staff_routes(method: str) -> list[str]:
    """The addresses of every staff page that takes this method, the door itself left out."""
    routes = [route for feature in FEATURES for route in feature.page_routes if isinstance(route, Route)]
    wanted = [r.path for r in routes if r.path.startswith("/staff/") and method in (r.methods or ())]
    places = {"{wave}": "trygghet-2026-1", "{release}": "trygghet-2026-1-r1", "{name}": "results.csv"}
    for name, value in places.items():
        wanted = [path.replace(name, value) for path in wanted]
    return [f"/en{path}" for path in wanted if path != "/staff/sign-in"]


async def try_password(client: PageClient, email: str, password: str) -> httpx.Response:
    return await client.post(DOOR, data={"email": email, "password": password})


async def test_the_right_password_opens_the_desk(client: PageClient, clock: MovableClock) -> None:
    email = await make_planner(clock)
    door = page_of(await client.get(DOOR))
    assert door.all("input", name="password", type="password", autocomplete="current-password")
    answer = await try_password(client, f" {email.upper()} ", PASSWORD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/en/staff/")
    flags = answer.headers["set-cookie"].lower()
    assert "httponly" in flags and "samesite=lax" in flags and "path=/" in flags and "secure" not in flags
    assert "A planner" in page_of(await client.get("/en/staff/")).words
    assert (await client.get(DOOR)).headers["location"] == "/en/staff/"


async def test_over_tls_the_cookie_belongs_to_this_host_alone(
    app: Starlette, settings: Settings, clock: MovableClock
) -> None:
    email = await make_planner(clock)
    secure = create_app(msgspec.structs.replace(settings, public_url="https://testserver"), clock)
    async with PageClient(secure) as client:
        flags = (await try_password(client, email, PASSWORD)).headers["set-cookie"]
    assert flags.startswith("__Host-delaktig=")
    assert "; Secure" in flags and "Path=/" in flags and "domain" not in flags.lower()


async def test_a_wrong_password_is_told_and_the_address_kept(client: PageClient, clock: MovableClock) -> None:
    email = await make_planner(clock)
    answer = await try_password(client, email, "not the password")
    assert answer.status_code == 403
    page = page_of(answer)
    assert page.all("input", name="email")[0]["value"] == email
    assert "value" not in page.all("input", name="password")[0] or not page.all("input", name="password")[0]["value"]
    assert "is not right" in page.words
    assert "set-cookie" not in answer.headers


async def test_guessing_is_slowed_down(client: PageClient, clock: MovableClock) -> None:
    email = await make_planner(clock)
    for _ in range(5):
        assert (await try_password(client, email, "a guess")).status_code == 403
    refused = await try_password(client, email, PASSWORD)
    assert refused.status_code == 429
    assert "Too many wrong passwords" in page_of(refused).words
    clock.now += timedelta(minutes=16)
    assert (await try_password(client, email, PASSWORD)).status_code == 303


async def test_signing_out_ends_the_session_everywhere(desk: PageClient) -> None:
    token = desk.cookies["delaktig"]
    answer = await desk.post("/en/staff/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, DOOR)
    assert 'delaktig=""' in answer.headers["set-cookie"] or "max-age=0" in answer.headers["set-cookie"].lower()
    desk.cookies.set("delaktig", token)
    assert (await desk.get("/en/staff/")).headers["location"] == DOOR
    assert not await Session.all().exists()


async def test_a_session_ends_by_itself(desk: PageClient, clock: MovableClock) -> None:
    assert (await desk.get("/en/staff/")).status_code == 200
    clock.now += timedelta(days=366)
    assert (await desk.get("/en/staff/")).headers["location"] == DOOR


async def test_whoever_is_not_signed_in_is_sent_to_the_door(client: PageClient, stored: Release) -> None:
    for address in staff_routes("GET"):
        answer = await client.get(address)
        assert (answer.status_code, answer.headers.get("location")) == (303, DOOR), address
    for address in staff_routes("POST"):
        answer = await client.post(address)
        assert answer.status_code == 401, address
    assert (await Release.get(id=stored.id)).published_at is None


async def test_what_another_site_sends_is_refused(desk: PageClient, wave: Wave) -> None:
    addresses = staff_routes("POST")
    assert addresses
    for address in addresses:
        foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "http://elsewhere.example"}
        assert (await desk.post(address, headers=foreign)).status_code == 403, address
        # Without the headers that browsers send, nothing says that the request came from our own pages.
        assert (await desk.send(desk.build_request("POST", address))).status_code == 403, address
    assert (await Wave.get(id=wave.id)).ends_at == wave.ends_at
    assert await Session.all().count() == 1


def test_who_reads_the_audit_has_a_role_that_accounts_can_have() -> None:
    assert READERS and set(READERS) < set(ROLES)


@pytest.mark.parametrize(("role", "status"), [("planner", 404), ("administrator", 200)])
async def test_only_administrators_read_the_audit(sign_in: SignIn, role: str, status: int) -> None:
    client = await sign_in(role)
    assert (await client.get("/en/staff/audit")).status_code == status
    offered = page_of(await client.get("/en/staff/")).all("a", href="/en/staff/audit")
    assert bool(offered) is (status == 200)
