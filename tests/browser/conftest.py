"""What the tests in a browser can ask for: a served demo, a chromium, visits of residents and planners."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser import visits
from tests.browser.live_server import RULES, Server, copy_of, seed, serving
from tests.browser.visits import Visit

HERE = Path(__file__).parent

MakeVisit = Callable[..., Visit]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder has the marker, so that none can forget it."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def program() -> str:
    """The path of chromium."""
    found = visits.find_chromium()
    if found is None:
        pytest.skip("chromium is not installed: its tests did not run")
    return found


@pytest.fixture(scope="session")
def demo(program: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A seeded database at rest, to copy from."""
    path = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    seed(f"sqlite://{path}", **RULES)
    return path


@pytest.fixture(scope="session")
def server(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The served demo that most tests share: they answer its open wave, and leave waves and releases as they are."""
    folder = tmp_path_factory.mktemp("server")
    with serving(copy_of(demo, folder), folder / "log", **RULES) as running:
        yield running


@pytest.fixture(scope="package")
def chromium(program: str) -> Iterator[Browser]:
    """One browser for this folder; Playwright keeps an event loop running, which no other test should see."""
    with sync_playwright() as playwright, visits.browser(playwright, program) as launched:
        yield launched


@pytest.fixture
def visit_of(chromium: Browser) -> Iterator[Callable[..., Visit]]:
    """Makes visits to a server; afterwards each of them must have gone without complaint."""
    made: list[Visit] = []

    def make(server: Server, **options: Any) -> Visit:
        made.append(visits.visit(chromium, server.address, **options))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
    for one in made:
        one.check()


@pytest.fixture
def resident(visit_of: MakeVisit, server: Server) -> Visit:
    """A resident with a phone, script on."""
    return visit_of(server)


@pytest.fixture
def plain_resident(visit_of: MakeVisit, server: Server) -> Visit:
    """A resident with a phone whose browser runs no script."""
    return visit_of(server, java_script_enabled=False)
