"""Unsafe requests that another site made are refused, whatever the session."""

import itertools

import pytest

from tests.municipality import ANSWERS, PASSWORD, form_of, make_planner, start_wave
from tests.page_client import ORIGIN, PageClient

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SITES = [None, "same-origin", "none", "same-site", "cross-site", "nonsense"]
ORIGINS = [None, ORIGIN, "http://elsewhere.example.org", "null", "", "http://[", "http://testserver.evil.example.org"]


def expected(site: str | None, origin: str | None, *, staff: bool) -> bool:
    """Fetch Metadata says same-origin or nothing, Origin is ours or absent; staff need at least one of the two."""
    if site not in {None, "same-origin", "none"} or origin not in {None, ORIGIN}:
        return False
    return not staff or (site, origin) != (None, None)


async def test_the_matrix(client: PageClient, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    for site, origin in itertools.product(SITES, ORIGINS):
        headers = {name: v for name, v in (("Sec-Fetch-Site", site), ("Origin", origin)) if v is not None}
        options = {"headers": headers, "same_origin": False}
        answered = await client.request("POST", f"/sv/survey/{wave.code}", data=form_of(ANSWERS), **options)
        assert answered.status_code == (200 if expected(site, origin, staff=False) else 403), headers
        # Past the guard, a stranger who signs out is asked to sign in first.
        staff = await client.request("POST", "/sv/staff/sign-out", **options)
        assert staff.status_code == (401 if expected(site, origin, staff=True) else 403), headers


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_unsafe_methods_are_refused_alike(client: PageClient, method: str) -> None:
    response = await client.request(method, "/sv/withdraw", headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403


async def test_reading_from_another_site_is_allowed(client: PageClient) -> None:
    response = await client.get(
        "/sv/", headers={"Sec-Fetch-Site": "cross-site", "Origin": "http://elsewhere.example.org"}
    )
    assert response.status_code == 200


async def test_a_refused_request_changes_nothing(client: PageClient, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    await make_planner(clock)
    await client.post("/sv/staff/sign-in", data={"email": "planner@example.org", "password": PASSWORD})
    forged = await client.post(f"/sv/staff/waves/{wave.code}/close", headers={"Sec-Fetch-Site": "cross-site"})
    assert forged.status_code == 403
    assert (await client.get(f"/sv/survey/{wave.code}")).status_code == 200
