"""The stored files: the same bytes every time, validators that name the representation, open to every site."""

import gzip
import hashlib
import json

import pytest

from backend.releases.services import withdraw_release
from backend.seed import MovableClock
from tests.page_client import PageClient
from tests.results.conftest import NEW

FILES = {
    "results.csv": "text/csv; charset=utf-8",
    "measurements.csv": "text/csv; charset=utf-8",
    "codebook.csv": "text/csv; charset=utf-8",
    "districts.geojson": "application/geo+json",
    "method.md": "text/markdown; charset=utf-8",
    "datapackage.json": "application/json",
}
RESULTS = f"/releases/{NEW}/files/results.csv"
GZIP, PLAIN = {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}


@pytest.mark.parametrize("name", FILES)
async def test_a_file_is_sent_as_what_it_is(client: PageClient, name: str) -> None:
    response = await client.get(f"/releases/{NEW}/files/{name}")
    assert response.status_code == 200
    assert response.headers["content-type"] == FILES[name]
    assert f'filename="{NEW}-{name}"' in response.headers["content-disposition"]
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert response.headers["vary"].lower().count("accept-encoding") == 1


async def test_the_files_are_those_that_the_data_package_describes(client: PageClient) -> None:
    package = json.loads((await client.get(f"/releases/{NEW}/files/datapackage.json")).content)
    assert {resource["path"] for resource in package["resources"]} == set(FILES) - {"datapackage.json"}
    for resource in package["resources"]:
        content = (await client.get(f"/releases/{NEW}/files/{resource['path']}")).content
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        assert resource["bytes"] == len(content)


async def test_compressed_or_not_the_content_is_the_same_and_the_validators_differ(client: PageClient) -> None:
    plain, packed = [await client.get(RESULTS, headers=headers) for headers in (PLAIN, GZIP)]
    assert "content-encoding" not in plain.headers and packed.headers["content-encoding"] == "gzip"
    assert plain.content == packed.content
    assert plain.headers["etag"] == f'"{hashlib.sha256(plain.content).hexdigest()}"'
    assert packed.headers["etag"] != plain.headers["etag"]
    assert not plain.headers["etag"].startswith("W/") and not packed.headers["etag"].startswith("W/")


async def test_every_download_is_the_same_bytes_on_the_wire(client: PageClient) -> None:
    wire = []
    for _ in range(2):
        async with client.stream("GET", RESULTS, headers=GZIP) as response:
            wire.append(b"".join([chunk async for chunk in response.aiter_raw()]))
    assert wire[0] == wire[1]
    assert gzip.decompress(wire[0]) == (await client.get(RESULTS, headers=PLAIN)).content
    assert len(wire[0]) == int(response.headers["content-length"])


@pytest.mark.parametrize("headers", [GZIP, PLAIN])
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
async def test_who_has_it_gets_nothing_again(client: PageClient, headers: dict[str, str], form: str) -> None:
    etag = (await client.get(RESULTS, headers=headers)).headers["etag"]
    response = await client.get(RESULTS, headers={**headers, "If-None-Match": form.format(etag)})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == etag and "vary" in response.headers


async def test_the_other_representation_is_sent_again(client: PageClient) -> None:
    etag = (await client.get(RESULTS, headers=PLAIN)).headers["etag"]
    assert (await client.get(RESULTS, headers={**GZIP, "If-None-Match": etag})).status_code == 200


@pytest.mark.parametrize("headers", [GZIP, PLAIN])
async def test_head_tells_the_same_without_the_bytes(client: PageClient, headers: dict[str, str]) -> None:
    async with client.stream("GET", RESULTS, headers=headers) as whole:
        await whole.aread()
    async with client.stream("HEAD", RESULTS, headers=headers) as head:
        assert b"".join([chunk async for chunk in head.aiter_raw()]) == b""
    assert head.status_code == 200
    assert set(head.headers) == set(whole.headers)
    told = ("content-length", "content-type", "content-encoding", "content-disposition", "etag", "cache-control")
    assert [head.headers.get(name) for name in told] == [whole.headers.get(name) for name in told]


async def test_a_withdrawn_file_is_gone_and_says_why(client: PageClient, clock: MovableClock) -> None:
    await withdraw_release(clock, "tests", NEW, "Wrong population.")
    response = await client.get(RESULTS, headers={"Accept": "application/json"})
    assert response.status_code == 410
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "/problems/release-withdrawn"
    assert "Wrong population." in response.json()["detail"]
    assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["nothing.csv", "figures.json", "%2e%2e", "results.csv%00"])
async def test_what_is_not_offered_is_not_found(client: PageClient, name: str) -> None:
    assert (await client.get(f"/releases/{NEW}/files/{name}")).status_code == 404
