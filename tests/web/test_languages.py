"""The language of a request: the address decides, otherwise Accept-Language with its qualities."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.web.languages import negotiate
from tests.page_client import page_of

OFFERED = ("sv", "en", "ar")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "sv"),
        ("en", "en"),
        ("en-GB", "en"),
        ("EN-us", "en"),
        ("de, fr", "sv"),
        ("de, en;q=0.1", "en"),
        ("sv;q=0.5, ar;q=0.9, en;q=0.7", "ar"),
        ("sv;q=0, en;q=0.001", "en"),
        ("en; q=0.3 , ar ;q=0.4", "ar"),
        ("en;Q=0.3, ar;q=0.2", "en"),
        ("*", "sv"),
        ("*;q=0.1, ar;q=0.05", "ar"),
        ("en,ar", "en"),
        ("en;q=much, ar;q=0.1", "ar"),
        ("en;q=5, ar;q=0.1", "ar"),
        ("en;q=inf, ar;q=0.1", "ar"),
        ("en;q=nan, ar;q=0.1", "ar"),
        ("en;q=-1, ar;q=0.1", "ar"),
        (";;;,,,;q=", "sv"),
        ("en" + "," * 10_000, "en"),
    ],
)
def test_negotiation(header: str, language: str) -> None:
    assert negotiate(header, OFFERED) == language


@given(st.text(alphabet="svenar-;q=.,*01 \t", max_size=60) | st.text(max_size=60))
def test_nonsense_ends_in_an_offered_language(header: str) -> None:
    assert negotiate(header, OFFERED) in OFFERED


@given(
    st.lists(
        st.tuples(st.sampled_from(OFFERED), st.integers(1, 1000)),
        min_size=1,
        unique_by=(lambda w: w[0], lambda w: w[1]),
    )
)
def test_the_highest_quality_wins(wishes: list[tuple[str, int]]) -> None:
    header = ", ".join(f"{tag};q={weight / 1000:.3f}" for tag, weight in wishes)
    assert negotiate(header, OFFERED) == max(wishes, key=lambda wish: wish[1])[0]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPages:
    @pytest.mark.parametrize("header", ["ar", "en;q=0.1, ar", "xx, ar;q=0.2"])
    async def test_the_bare_address_leads_to_the_wished_language(self, client, header: str) -> None:
        response = await client.get("/", headers={"Accept-Language": header})
        assert response.status_code == 302 and response.headers["location"] == "/ar/"
        assert response.headers["vary"] == "Accept-Language"

    async def test_the_address_decides_and_not_the_browser(self, client) -> None:
        for tag, direction in (("sv", "ltr"), ("en", "ltr"), ("ar", "rtl")):
            response = await client.get(f"/{tag}/", headers={"Accept-Language": "en"})
            (html,) = page_of(response).all("html")
            assert (html["lang"], html["dir"]) == (tag, direction)
            assert response.headers["content-language"] == tag

    async def test_a_language_that_is_not_offered_is_no_address(self, client) -> None:
        assert (await client.get("/de/")).status_code == 404

    async def test_the_switch_leads_to_the_same_page(self, client) -> None:
        page = page_of(await client.get("/sv/withdraw"))
        assert {a["href"] for a in page.all("a") if a.get("hreflang")} >= {"/en/withdraw", "/ar/withdraw"}
