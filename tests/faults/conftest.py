"""Databases that keep what they promise when something breaks: full synchronisation, no shortcuts."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.migrate import migrate
from tests.postgres_cluster import cluster, find_programs


@pytest.fixture
def sqlite_file(tmp_path: Path, sqlite_template: Path) -> Path:
    """A migrated, empty SQLite file."""
    path = tmp_path / "delaktig.sqlite3"
    shutil.copy(sqlite_template, path)
    return path


@pytest.fixture
def durable_postgres() -> Iterator[str]:
    """A migrated, empty database in a cluster of its own that waits for the disk."""
    programs = find_programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed: its tests did not run")
    with cluster(programs, durable=True) as address:
        asyncio.run(migrate(address))
        yield address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def durable_url(request: pytest.FixtureRequest) -> str:
    """The address of either."""
    if request.param == "sqlite":
        return f"sqlite://{request.getfixturevalue('sqlite_file')}"
    address: str = request.getfixturevalue("durable_postgres")
    return address
