"""Every route states its access, answers HEAD as it answers GET, and takes nonsense calmly."""

import importlib
import itertools
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount, Route

from backend.config import ROOT
from tests.municipality import PASSWORD, make_planner, start_wave
from tests.page_client import PageClient, page_of

PERMISSIONS = {
    name
    for path in ROOT.glob("backend/*/permissions.py")
    for name in vars(importlib.import_module(f"backend.{path.parent.name}.permissions"))
    if name.startswith("may_")
}
ODD = ["a%00b", "%ff", "..%2f..", "x" * 300, "%F0%9F%98%80"]


def routes_of(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, Route]]:
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_of(route.routes, prefix + route.path)
        else:
            assert isinstance(route, Route)
            yield prefix + route.path, route


def only_sqlite(test: object) -> object:
    """What a test learns about HTTP is the same on every database."""
    return pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)(test)


@only_sqlite
async def test_every_route_states_its_access(app: Starlette) -> None:
    found = {path: getattr(route.endpoint, "access", None) for path, route in routes_of(app.routes)}
    assert len(found) > 20
    assert {path for path, access in found.items() if access not in {"public", *PERMISSIONS}} == set()


@only_sqlite
async def test_what_lies_below_staff_is_for_staff(app: Starlette) -> None:
    for path, route in routes_of(app.routes):
        is_staff = path.split("/")[2:3] == ["staff"]
        if is_staff and not path.endswith("/sign-in"):
            assert route.endpoint.access in PERMISSIONS, path
        else:
            assert route.endpoint.access == "public", path


@only_sqlite
async def test_no_staff_route_lets_a_stranger_in(app: Starlette, client: PageClient) -> None:
    asked = 0
    for path, route in routes_of(app.routes):
        if route.endpoint.access == "public":
            continue
        address = path.replace("{", "").replace("}", "")
        for method in sorted(route.methods):
            answered = await client.request(method, address)
            asked += 1
            if method in {"GET", "HEAD"}:
                assert (answered.status_code, answered.headers.get("location", "")[-14:]) == (303, "/staff/sign-in")
            else:
                assert answered.status_code == 401, address
            program = await client.request(method, address, headers={"Accept": "application/json"})
            assert program.status_code == 401 and program.headers["content-type"] == "application/problem+json"
    assert asked > 20


@only_sqlite
async def test_every_body_is_limited(app: Starlette, client: PageClient) -> None:
    taking = [path for path, route in routes_of(app.routes) if "POST" in route.methods]
    assert taking
    for path in taking:
        answered = await client.post(path.replace("{", "").replace("}", ""), data={"x": "y" * 65_535})
        assert answered.status_code == 413 and "body-too-large" in page_of(answered).words, path


@only_sqlite
async def test_head_is_get_without_a_body(client, clock, settings, app) -> None:
    wave = await start_wave(clock, settings)
    for address in (
        "/",
        "/sv/",
        f"/sv/survey/{wave.code}",
        "/sv/withdraw",
        "/en/staff/sign-in",
        "/health/live",
        "/nothing",
    ):
        full, head = await client.get(address), await client.head(address)
        assert head.status_code == full.status_code, address
        names = {"content-type", "location", "cache-control", "content-security-policy"}
        assert {n: head.headers.get(n) for n in names} == {n: full.headers.get(n) for n in names}


async def test_odd_addresses_find_nothing_and_break_nothing(app, client, clock, settings) -> None:
    await start_wave(clock, settings)
    await make_planner(clock)
    await client.post("/en/staff/sign-in", data={"email": "planner@example.org", "password": PASSWORD})
    ours = ("/en/", "/releases", "/assets", "/api")
    named = [(path, route) for path, route in routes_of(app.routes) if "{" in path and path.startswith(ours)]
    for odd, (path, route) in itertools.product(ODD, named):
        address = "/".join(odd if part.startswith("{") else part for part in path.split("/"))
        for method in sorted(route.methods - {"HEAD"}):
            fields = {"reason": "x"} if method == "POST" else None
            answered = await client.request(method, address, data=fields)
            assert answered.status_code in {303, 404}, (method, address, answered.status_code)


async def test_odd_fields_break_no_form(client, clock, settings) -> None:
    await start_wave(clock, settings)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    fields = (("staff/sign-in", b"email"), ("staff/sign-in", b"password"), ("withdraw", b"_receipt"))
    for odd, (address, field) in itertools.product((b"%00", b"%ff", b"%C3%28", b"x" * 5000), fields):
        answered = await client.post(f"/en/{address}", content=field + b"=" + odd, headers=form)
        assert 400 <= answered.status_code < 500, (address, odd, answered.status_code)
