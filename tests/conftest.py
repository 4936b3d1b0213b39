"""What every test can ask for: a real database of either kind, the app on it, a client that looks at every page."""

import asyncio
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from starlette.applications import Starlette
from tortoise.backends.base.executor import EXECUTOR_CACHE
from xdist.scheduler import LoadGroupScheduling

from backend.app import create_app
from backend.config import Settings, load_settings
from backend.db import database
from backend.migrate import migrate
from backend.seed import DEMO, MovableClock
from tests.page_client import PageClient
from tests.postgres_cluster import cluster, find_programs

MISSING = {
    "PostgreSQL (initdb)": lambda: find_programs() is None,
    "chromium": lambda: shutil.which("chromium") is None,
}
NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
_numbers = itertools.count()


class BrowserTogether(LoadGroupScheduling):
    """All tests in a browser in one process: they share one demo and one browser, and starting those is slow.

    By folder, because pytest 9.2 hides the marker `xdist_group` from xdist 3.8 (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        return "browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadGroupScheduling | None:
    return BrowserTogether(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says at the end, where it cannot be overlooked, what this machine lacks and what was skipped for it."""
    for name, is_missing in MISSING.items():
        if is_missing():
            terminalreporter.section("NOT EVERYTHING WAS TESTED", sep="!", red=True, bold=True)
            terminalreporter.line(f"{name} is not installed on this machine: every test that needs it was skipped.")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy from."""
    path = tmp_path_factory.mktemp("sqlite") / "template.sqlite3"
    asyncio.run(migrate(f"sqlite://{path}"))
    return path


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a throw-away cluster of this test session's own."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: its tests did not run")
    with cluster(programs) as address:
        yield address


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a migrated, empty database to copy from."""
    asyncio.run(_execute(postgres_server, "CREATE DATABASE template_delaktig"))
    asyncio.run(migrate(postgres_server.replace("/postgres", "/template_delaktig")))
    return "template_delaktig"


async def _execute(address: str, statement: str) -> None:
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture(autouse=True)
def fresh_statements() -> None:
    """Tortoise keeps prepared statements per connection name; a process of the service only ever has one database."""
    EXECUTOR_CACHE.clear()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a migrated, empty database: each test that asks runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        path = tmp_path / "delaktig.sqlite3"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite://{path}"
        return
    server = request.getfixturevalue("postgres_server")
    template = request.getfixturevalue("postgres_template")
    name = f"test_{os.getpid()}_{next(_numbers)}"
    asyncio.run(_execute(server, f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield server.replace("/postgres", f"/{name}")
    asyncio.run(_execute(server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
def settings(database_url: str) -> Settings:
    return load_settings(
        {
            "DELAKTIG_DATABASE_URL": database_url,
            "DELAKTIG_MUNICIPALITY_NAME": "Provköping",
            "DELAKTIG_PUBLIC_URL": "http://testserver",
            "DELAKTIG_LANGUAGES": "sv,en,ar",
            "DELAKTIG_GRACE_HOURS": "24",
        }
    )


@pytest.fixture
def clock() -> MovableClock:
    """A clock that stands at NOON until a test moves it (`clock.now += …`)."""
    return MovableClock(NOON)


@pytest.fixture
async def app(settings: Settings, clock: MovableClock) -> AsyncIterator[Starlette]:
    """The whole app on an open database."""
    app = create_app(settings, clock)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: Starlette) -> AsyncIterator[PageClient]:
    """A browser-like client without script that holds every page it opens to the house rules."""
    async with PageClient(app) as client:
        yield client


@pytest.fixture
async def opened(settings: Settings) -> AsyncIterator[Settings]:
    """An open database without the app, for services and queries."""
    async with database(settings.database_url):
        yield settings


__all__ = ["DEMO", "NOON", "timedelta"]
