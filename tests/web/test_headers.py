"""Security headers on every kind of response, and how long each may be kept."""

import gzip

import pytest

from backend.app import create_app
from backend.config import load_settings
from backend.start import routes as start
from backend.web.assets import asset_address, assets
from backend.web.middleware import DOCUMENT_HEADERS, SECURITY_HEADERS
from tests.municipality import ANSWERS, form_of, start_wave
from tests.page_client import PageClient, page_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def hold_headers(response) -> None:
    for name, value in SECURITY_HEADERS.items():
        assert response.headers.get(name) == value, (response.request.url, name)
    assert response.headers["cross-origin-resource-policy"] in {"same-origin", "cross-origin"}
    assert response.headers["cache-control"]
    assert "strict-transport-security" not in response.headers
    assert not {"server", "x-powered-by"} & set(response.headers)


async def test_every_kind_of_response_has_them(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    address = f"/sv/survey/{wave.code}"
    responses = [
        await client.get("/sv/"),
        await client.get("/"),
        await client.get("/sv/nothing"),
        await client.delete("/sv/withdraw"),
        await client.get("/assets/0000/css/app.css"),
        await client.get("/health/live"),
        await client.get("/districts/outline.geojson"),
        await client.get("/sv/staff/"),
        await client.post(address, data=form_of(ANSWERS)),
        await client.post(address, data={}),
        await client.post(address, json={}),
        await client.post(address, content=b"x" * 70_000),
        await client.post(address, data={}, headers={"Sec-Fetch-Site": "cross-site"}),
    ]
    assert {200, 302, 303, 403, 404, 405, 413, 422} <= {response.status_code for response in responses}
    for response in responses:
        hold_headers(response)


async def test_an_asset_has_only_those_that_mean_anything_for_it(client) -> None:
    for name in ("css/app.css", "js/survey-form.js", "icons/mark.svg"):
        asset = await client.get(asset_address(name))
        assert asset.headers["x-content-type-options"] == "nosniff"
        assert asset.headers["cross-origin-resource-policy"] == "same-origin"
        assert not {name.lower() for name in DOCUMENT_HEADERS} & set(asset.headers)


async def test_a_crash_has_them_too(client, monkeypatch) -> None:
    async def fail(now) -> None:
        raise RuntimeError("an unforeseen failure")

    monkeypatch.setattr(start, "list_open_waves", fail)
    page = await client.get("/sv/")
    program = await client.get("/sv/", headers={"Accept": "application/json"})
    for response in (page, program):
        assert response.status_code == 500
        hold_headers(response)
        assert response.headers["cache-control"] == "no-store"
        assert "unforeseen" not in response.text
    assert page_of(page).words


async def test_over_tls_browsers_are_told_to_insist(settings, clock) -> None:
    secure = load_settings(
        {"DELAKTIG_DATABASE_URL": settings.database_url, "DELAKTIG_PUBLIC_URL": "https://x.example.org"}
    )
    app = create_app(secure, clock)
    async with app.router.lifespan_context(app), PageClient(app) as client:
        response = await client.get("/sv/")
        assert response.headers["strict-transport-security"].startswith("max-age=31536000")


async def test_personal_pages_are_kept_nowhere(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    form = await client.get(f"/en/survey/{wave.code}")
    thanks = await client.post(f"/en/survey/{wave.code}", data=form_of(ANSWERS))
    faulty = await client.post(f"/en/survey/{wave.code}", data=form_of({"FEEL1": "nonsense"}))
    withdraw = await client.get("/en/withdraw")
    for response in (form, thanks, faulty, withdraw, await client.get("/en/staff/sign-in")):
        assert response.headers["cache-control"] == "no-store"


async def test_no_page_of_residents_sets_a_cookie(client, clock, settings) -> None:
    wave = await start_wave(clock, settings)
    await client.get("/")
    for address in ("/sv/", f"/sv/survey/{wave.code}", "/sv/withdraw", "/sv/about/anonymity", "/health/live"):
        assert "set-cookie" not in (await client.get(address)).headers
    assert "set-cookie" not in (await client.post(f"/sv/survey/{wave.code}", data=form_of(ANSWERS))).headers
    assert not client.cookies


class TestAssets:
    async def test_a_hashed_asset_is_kept_for_ever(self, client) -> None:
        for name, asset in assets().files.items():
            response = await client.get(asset_address(name))
            assert response.status_code == 200
            assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert response.headers["etag"] and response.headers["vary"] == "Accept-Encoding"
            assert response.content == asset.content
        assert {"css/app.css", "css/desk.css"} <= set(assets().files)

    @pytest.mark.parametrize(
        "address", ["/assets/0123456789abcdef/css/app.css", "/assets/{}/css/none.css", "/assets/{}/../css/app.css"]
    )
    async def test_another_hash_or_name_is_not_there(self, client, address) -> None:
        response = await client.get(address.format(assets().digest))
        assert response.status_code == 404
        assert "immutable" not in response.headers["cache-control"]

    async def test_a_page_links_to_the_present_hash(self, client) -> None:
        page = page_of(await client.get("/sv/"))
        links = [a["href"] for a in page.all("link") if a["href"].startswith("/assets/")]
        assert links
        for link in links:
            assert (await client.get(link)).status_code == 200

    @pytest.mark.parametrize(
        ("accepted", "coding"),
        [
            ("gzip", "gzip"),
            ("br, gzip;q=0.5", "gzip"),
            ("identity", None),
            ("", None),
            ("br", None),
        ],
    )
    async def test_bytes_are_compressed_for_whoever_can_read_them(self, client, accepted, coding) -> None:
        request = client.build_request("GET", asset_address("css/app.css"), headers={"Accept-Encoding": accepted})
        response = await client.send(request, stream=True)
        raw = b"".join([part async for part in response.aiter_raw()])
        assert response.headers.get("content-encoding") == coding
        assert (gzip.decompress(raw) if coding else raw) == assets().files["css/app.css"].content


async def test_pages_are_compressed_for_whoever_can_read_them(client) -> None:
    zipped = await client.get("/sv/", headers={"Accept-Encoding": "gzip"})
    plain = await client.get("/sv/", headers={"Accept-Encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert zipped.text == plain.text
