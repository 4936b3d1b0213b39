"""The pages of results say what the stored figures say, and say plainly what cannot be said."""

import re
from html import unescape

import pytest

from backend.core.figures import Figure
from backend.releases.queries import get_release, list_figures
from backend.releases.services import withdraw_release, withhold_release
from backend.seed import MovableClock
from tests.page_client import PageClient, page_of
from tests.results.conftest import NEW, OLD, UNPUBLISHED

LANGUAGES = ["sv", "en", "ar"]


async def open_page(client: PageClient, address: str, status: int = 200) -> str:
    """The visible words of a page."""
    response = await client.get(address)
    assert response.status_code == status, response.text[:300]
    # Elements that stand side by side are words apart for the eye.
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.text)))


async def stored(release: str, place: str, *, people: bool = False) -> Figure:
    """The stored headline figure of a place, or its number of respondents."""
    wanted = ("respondents", "") if people else ("share", "FEEL1")
    (figure,) = (
        figure
        for figure in await list_figures(await get_release(release))
        if (figure.measure, figure.variable) == wanted
        and (figure.place, figure.category, figure.group_variable, figure.base) == (place, "", "", "all")
    )
    return figure


def of_100(share: float | None) -> int:
    assert share is not None
    return round(share * 100)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", ["", f"/{NEW}", f"/{OLD}", f"/{NEW}/hamnen", f"/{NEW}/byn", f"/{NEW}/downloads"])
async def test_every_page_opens_in_every_language(client: PageClient, language: str, address: str) -> None:
    response = await client.get(f"/{language}/results{address}")
    assert response.status_code == 200
    assert page_of(response).all("html", lang=language)
    assert response.headers["cache-control"] == "no-cache"


async def test_the_overview_leads_to_every_district_and_to_other_results(client: PageClient) -> None:
    response = await client.get("/en/results")
    links = {a.get("href") for a in page_of(response).all("a")}
    assert {f"/en/results/{NEW}/{code}" for code in ("hamnen", "stranden", "skogen", "byn")} <= links
    assert {f"/en/results/{OLD}", f"/en/results/{NEW}/downloads"} <= links
    assert not [link for link in links if link and "_elsewhere" in link]


async def test_the_figures_on_a_page_are_those_of_the_file(client: PageClient) -> None:
    words = await open_page(client, f"/en/results/{NEW}/hamnen")
    here = await stored(NEW, "hamnen")
    assert f"{of_100(here.estimate)} of 100 are safe out after dark" in words
    assert f"likely between {of_100(here.low)} and {of_100(here.high)}" in words
    for place, name in (("kusten", "The kusten"), ("city", "Provköping")):
        wider = await stored(NEW, place)
        told = rf"{name} {of_100(wider.estimate)} of 100 {of_100(wider.low)}–{of_100(wider.high)}"
        assert re.search(told, words), told


async def test_the_number_of_respondents_is_rounded_to_tens(client: PageClient) -> None:
    people = await stored(NEW, "stranden", people=True)
    words = await open_page(client, f"/en/results/{NEW}/stranden")
    assert people.estimate is not None
    assert f"About {round(people.estimate / 10) * 10} people in The stranden answered" in words


async def test_an_uncertain_figure_is_marked(client: PageClient) -> None:
    assert (await stored(NEW, "skogen")).precision == "uncertain"
    certain, uncertain = [(await client.get(f"/en/results/{NEW}/{code}")).text for code in ("hamnen", "skogen")]
    mark = '<span class="interval-mark">Uncertain</span>'
    assert mark in uncertain and mark not in certain


async def test_a_withheld_figure_is_shown_for_the_area_instead(client: PageClient) -> None:
    assert (await stored(NEW, "byn")).status == "withheld-few"
    area = await stored(NEW, "inlandet")
    words = await open_page(client, f"/en/results/{NEW}/byn")
    assert "Too few people in The byn have answered to say anything certain about it alone." in words
    assert "The figures below are for the whole of The inlandet instead." in words
    assert f"The inlandet {of_100(area.estimate)} of 100 are safe out after dark" in words
    assert "Too few to say" in words


async def test_a_change_is_told_only_where_chance_does_not_explain_it(client: PageClient) -> None:
    risen = await open_page(client, f"/en/results/{NEW}/hamnen")
    was = of_100((await stored(OLD, "hamnen")).estimate)
    assert f"More than in September 2025, when it was {was} of 100." in risen
    assert "The difference is larger than chance explains." in risen
    assert "cannot be told from chance" not in risen
    same = await open_page(client, f"/en/results/{NEW}/stranden")
    was = of_100((await stored(OLD, "stranden")).estimate)
    assert f"In September 2025 it was {was} of 100. The difference cannot be told from chance." in same


async def test_no_change_is_claimed_for_the_first_wave(client: PageClient) -> None:
    words = await open_page(client, f"/en/results/{OLD}/hamnen")
    assert "chance explains" not in words and "told from chance" not in words


async def test_what_a_reader_must_know_is_said_once(client: PageClient) -> None:
    words = await open_page(client, f"/en/results/{NEW}/hamnen")
    assert words.count("random noise has been added") == 1
    assert words.count("People chose themselves whether to answer.") == 1


async def test_tables_give_age_gender_and_every_question_of_the_area(client: PageClient) -> None:
    words = await open_page(client, f"/en/results/{NEW}/hamnen")
    for part in ("By age, in The kusten", "By gender, in The kusten", "40 years or older", "Woman"):
        assert part in words
    for question in ("Have you seen a fight?", "What should be done first?", "Adults out", "Did you tell anyone?"):
        assert question in words
    assert "What do you wish for?" not in words


async def test_the_downloads_name_sums_licence_and_loss(client: PageClient) -> None:
    words = await open_page(client, f"/en/results/{NEW}/downloads")
    for part in ("results.csv", "method.md", "SHA-256", "CC0 1.0", f"http://testserver/en/results/{NEW}"):
        assert part in words
    assert "Provköping (2026)." in words
    # Blocks of 0.87 of what the looks leave of 2, and the looks themselves.
    assert f"cost rho {0.87 * (2 - 0.006) + 0.006:.4f}" in words
    assert f"Release {UNPUBLISHED}" in words, "the ledger is public before the release is"
    assert "Privacy budget of 2026" in words and "figures.json" not in words


@pytest.mark.parametrize(
    "address",
    [
        f"/en/results/{UNPUBLISHED}",
        f"/en/results/{UNPUBLISHED}/hamnen",
        f"/en/results/{UNPUBLISHED}/downloads",
        f"/releases/{UNPUBLISHED}/files/results.csv",
        f"/releases/{UNPUBLISHED}/files/figures.json",
        f"/releases/{NEW}/files/figures.json",
        f"/en/results/{NEW}/_elsewhere",
        f"/en/results/{NEW}/nowhere",
        "/en/results/nothing",
        "/en/results/%00",
    ],
)
async def test_nothing_unpublished_can_be_reached(client: PageClient, address: str) -> None:
    assert (await client.get(address)).status_code == 404


async def test_an_unpublished_release_is_not_listed(client: PageClient) -> None:
    assert UNPUBLISHED not in (await client.get("/en/results")).text


async def test_a_withheld_release_is_listed_with_its_reason(client: PageClient, clock: MovableClock) -> None:
    await withhold_release(clock, "tests", UNPUBLISHED, "A <b>district</b> was mixed up.")
    words = await open_page(client, "/en/results")
    assert re.search(r"Withheld since (March 10,|10 March) 2026: A <b>district</b> was mixed up\.", words)
    assert (await client.get(f"/en/results/{UNPUBLISHED}")).status_code == 404


async def test_a_withdrawn_release_leaves_its_reason_only(client: PageClient, clock: MovableClock) -> None:
    figure = f"{of_100((await stored(NEW, 'hamnen')).estimate)} of 100"
    await withdraw_release(clock, "tests", NEW, "Wrong population.")
    for address in (f"/en/results/{NEW}", f"/en/results/{NEW}/hamnen", f"/en/results/{NEW}/downloads"):
        words = await open_page(client, address, 410)
        assert "These results were withdrawn" in words and "Wrong population." in words
        assert figure not in words
    newest = await open_page(client, "/en/results")
    assert "September 2025" in newest and "Wrong population." in newest
    problem = await client.get(f"/en/results/{NEW}", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.json()["type"]) == (410, "/problems/release-withdrawn")


async def test_without_any_release_the_page_says_so(client: PageClient, clock: MovableClock) -> None:
    for release in (OLD, NEW):
        await withdraw_release(clock, "tests", release, "Wrong population.")
    assert "No results have been published yet" in await open_page(client, "/en/results")
