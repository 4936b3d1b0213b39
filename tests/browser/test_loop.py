"""The main job, end to end: a resident answers, a planner closes, prepares and publishes, anyone reads the figure."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Page, expect

from tests.browser.live_server import LARGEST_DISTRICT, PASSWORD, PLANNER, RULES, Server, copy_of, seed, serving
from tests.browser.structure import golden_structure, structure_of
from tests.browser.survey import choose_district, next_step, open_survey, option, receipt_on, send
from tests.browser.visits import DESK, Visit
from tests.postgres_cluster import cluster, find_programs

FILES = {"results.csv", "codebook.csv", "measurements.csv", "districts.geojson", "method.md", "datapackage.json"}
DRAWING = 120_000  # ms; counting takes seconds, unless much else runs at the same time


@pytest.fixture
def postgres_demo() -> Iterator[str]:
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: its tests did not run")
    with cluster(programs) as address:
        seed(address, **RULES)
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def own_server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    """A served demo for this test alone, because its wave will be closed."""
    if request.param == "sqlite":
        database_url = copy_of(request.getfixturevalue("demo"), tmp_path)
    else:
        database_url = request.getfixturevalue("postgres_demo")
    with serving(database_url, tmp_path / "log", **RULES) as running:
        yield running


def test_an_answer_becomes_a_figure(own_server: Server, visit_of: Callable[..., Visit]) -> None:
    answer_on_a_phone(visit_of(own_server))
    desk = visit_of(own_server, viewport=DESK, has_touch=False)
    sign_in(desk)
    close_the_wave(desk)
    release = prepare_the_release(desk)
    look_before_publishing(desk, visit_of(own_server), release)
    publish(desk)
    reader = visit_of(own_server)
    read_the_district(reader)
    download(reader, release)


def answer_on_a_phone(resident: Visit) -> None:
    page = open_survey(resident)
    choose_district(page)
    next_step(page)
    option(page, "FEEL1", "very_safe").check()
    for _ in range(6):
        next_step(page)
    send(page)
    receipt_on(page)


def sign_in(desk: Visit) -> None:
    page = desk.open("/en/")
    page.get_by_role("link", name="For staff").click()
    page.get_by_label("E-mail address").fill(PLANNER)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")


def close_the_wave(desk: Visit) -> None:
    page = desk.page
    page.get_by_role("listitem").filter(has_text="Residents can answer until").get_by_role("link").click()
    expect(page.get_by_role("heading", name="How many have answered")).to_be_visible()
    page.get_by_role("link", name="Close the wave now …").click()
    page.get_by_role("button", name="Close the wave now").click()
    expect(page.get_by_text("Closed. No answer is taken any more")).to_be_visible()


def prepare_the_release(desk: Visit) -> str:
    """Presses the button and waits for the page to show the preview by itself; returns the release's code."""
    page = desk.page
    page.get_by_role("button", name="Prepare the release").click()
    expect(page.get_by_role("heading", name="Preview", exact=True)).to_be_visible(timeout=DRAWING)
    return desk.path.rsplit("/", 1)[-1]


def look_before_publishing(desk: Visit, stranger: Visit, release: str) -> None:
    """The planner sees what will be published; nobody else sees anything of it."""
    expect(desk.page.get_by_role("table").first).to_be_visible()
    for path in (f"/en/results/{release}", f"/releases/{release}/files/results.csv"):
        assert stranger.page.goto(stranger.origin + path).status == 404


def publish(desk: Visit) -> None:
    desk.page.get_by_role("button", name="Publish the results").click()
    expect(desk.page.get_by_role("heading", name="Published")).to_be_visible()


def read_the_district(reader: Visit) -> None:
    """From the first page to the district's own figures."""
    page = reader.open("/en/")
    expect(page.get_by_text("No survey is open right now")).to_be_visible()
    page.get_by_role("link", name="See the results").click()
    page.get_by_role("link", name="Teg–Ön").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Teg–Ön")
    figure = page.locator("#FEEL1")
    expect(figure.get_by_role("heading")).to_contain_text("feel very or fairly safe when out alone after dark")
    expect(figure.get_by_role("heading")).to_contain_text("of 100")
    expect(figure.get_by_text("likely between").first).to_be_visible()


def download(reader: Visit, release: str) -> None:
    """Every file that the page offers; the figures by a click, and the same bytes a second time."""
    page = reader.page
    page.get_by_role("link", name="Download the data").click()
    links = page.locator(".files h2 a")
    assert {name.strip() for name in links.all_inner_texts()} == FILES
    with page.expect_download() as started:
        page.get_by_role("link", name="results.csv").click()
    assert started.value.suggested_filename == f"{release}-results.csv"
    saved = started.value.path().read_bytes()
    first, second = (fetch(page, release, "results.csv") for _ in range(2))
    assert first.body() == second.body() == saved
    assert first.headers["etag"] == second.headers["etag"]
    assert first.headers["content-type"] == "text/csv; charset=utf-8"

    structure = structure_of(saved)
    assert structure == golden_structure(structure)
    rows = list(csv.DictReader(io.StringIO(saved.decode(), newline="")))
    assert {row["release"] for row in rows} == {release}
    (own,) = [row for row in rows if row["level"] == "district" and is_headline(row)]
    assert own["status"] == "published"
    assert 0 <= float(own["low"]) <= float(own["estimate"]) <= float(own["high"]) <= 1


def is_headline(row: dict[str, str]) -> bool:
    return row["place"] == LARGEST_DISTRICT and (row["measure"], row["variable"]) == ("share", "FEEL1")


def fetch(page: Page, release: str, name: str) -> APIResponse:
    answer = page.request.get(f"{page.url.split('/en/')[0]}/releases/{release}/files/{name}")
    assert answer.status == 200
    return answer
