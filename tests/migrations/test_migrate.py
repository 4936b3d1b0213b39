"""`delaktig migrate`: from nothing and with data, again and at the same time, and back when it fails."""

import asyncio
import hashlib
import os
import sys
from pathlib import Path

import pytest
from tortoise import Tortoise

from backend.accounts.models import Account
from backend.config import ROOT
from backend.core.receipt import normalise_receipt
from backend.db import database, sqlite_path
from backend.migrate import MigrationError, migrate, pending_migrations
from backend.responses.forms import parse_response
from backend.responses.models import Response
from backend.responses.services import ResponseWriter
from backend.surveys.models import Survey
from backend.surveys.queries import get_wave, questionnaire_of
from tests.migrations.later import ADDITIVE, FAILING, LOSING, add_migration
from tests.migrations.schema import schema_of
from tests.municipality import ANSWERS, DISTRICTS, RECEIPT, make_planner, start_wave


def files_beside(path: Path) -> set[str]:
    """What stands in the database's folder, without the lock, the log and its index, which come and go."""
    return {p.name for p in path.parent.iterdir() if not p.name.endswith((".migrating", "-wal", "-shm"))}


async def fill(database_url: str, clock, settings) -> None:
    """An open wave with a response, and an account."""
    async with database(database_url):
        wave = await start_wave(clock, settings)
        await make_planner(clock)
        fields = {name: value if isinstance(value, list) else [value] for name, value in ANSWERS.items()}
        form = parse_response(
            questionnaire_of(await get_wave(wave.code)), set(DISTRICTS), {**fields, "_receipt": [RECEIPT]}
        )
        assert form.receipt == normalise_receipt(RECEIPT)
        await ResponseWriter(clock, settings).record_response(wave, form.receipt, form.answers)


@pytest.fixture
def empty_url(database_url: str, tmp_path: Path) -> str:
    """The address of a database with nothing in it at all."""
    if sqlite_path(database_url) is not None:
        return f"sqlite://{tmp_path / 'new' / 'delaktig.sqlite3'}"

    async def clear() -> None:
        async with database(database_url) as connection:
            await connection.execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    asyncio.run(clear())
    return database_url


def test_from_nothing_and_again(empty_url: str) -> None:
    steps: list[str] = []
    assert asyncio.run(migrate(empty_url, steps.append)) == steps == ["0001_initial"]
    assert asyncio.run(migrate(empty_url, steps.append)) == []
    assert len(steps) == 1


async def test_a_migrated_database_is_that_of_the_models(database_url: str, tmp_path: Path) -> None:
    fresh_url = database_url if sqlite_path(database_url) is None else f"sqlite://{tmp_path / 'fresh.sqlite3'}"
    async with database(database_url) as connection:
        migrated = await schema_of(connection)
    async with database(fresh_url) as connection:
        if fresh_url == database_url:
            await connection.execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        await Tortoise.generate_schemas(safe=False)
        assert await schema_of(connection) == migrated
    assert {row[1] for row in migrated} >= {"response", "wave", "ledger_entry"}


def test_upgraded_with_data(database_url, settings, clock, monkeypatch, tmp_path) -> None:
    asyncio.run(fill(database_url, clock, settings))
    add_migration(monkeypatch, tmp_path, ADDITIVE)
    assert asyncio.run(migrate(database_url)) == ["0002_later"]

    async def look() -> None:
        async with database(database_url) as connection:
            assert await pending_migrations(connection, database_url) == []
            assert (await Response.get()).answers and (await Account.get()).email and (await Survey.get()).code
            assert await connection.execute_query_dict("SELECT note FROM survey") == [{"note": None}]
            with pytest.raises(Exception, match="append-only"):
                await connection.execute_query("DELETE FROM ledger_entry")

    asyncio.run(look())
    if (path := sqlite_path(database_url)) is not None:
        # The copy held raw answers, so none is left.
        assert not [name for name in files_beside(path) if "before-migration" in name]


async def test_upgraded_it_equals_a_fresh_one(settings, clock, database_url, monkeypatch, tmp_path) -> None:
    await fill(database_url, clock, settings)
    add_migration(monkeypatch, tmp_path, ADDITIVE)
    await migrate(database_url)
    async with database(database_url) as connection:
        upgraded = await schema_of(connection)
        if sqlite_path(database_url) is None:
            await connection.execute_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    fresh_url = database_url if sqlite_path(database_url) is None else f"sqlite://{tmp_path / 'fresh.sqlite3'}"
    assert await migrate(fresh_url) == ["0001_initial", "0002_later"]
    async with database(fresh_url) as connection:
        assert await schema_of(connection) == upgraded
    assert ("promise" in {row[1] for row in upgraded}) and len(upgraded) > 80


@pytest.mark.parametrize("operations", [(ADDITIVE, FAILING), (LOSING, ADDITIVE)], ids=["failing", "losing rows"])
async def test_a_failure_leaves_everything_as_it_was(
    settings, clock, database_url, monkeypatch, tmp_path, operations
) -> None:
    await fill(database_url, clock, settings)
    path = sqlite_path(database_url)
    async with database(database_url) as connection:
        before = await schema_of(connection)
    add_migration(monkeypatch, tmp_path, *operations)
    beside = files_beside(path) if path else set()
    with pytest.raises(MigrationError) as failed:
        await migrate(database_url)
    assert "1" not in str(failed.value).replace("0001", "").replace("(1)", ""), "no count of rows in a message"
    async with database(database_url) as connection:
        assert await schema_of(connection) == before
        assert await pending_migrations(connection, database_url) == ["0002_later"]
        assert await Account.all().count() == await Response.all().count() == 1
    if path:
        assert files_beside(path) == beside


async def test_a_failure_from_nothing_leaves_nothing(empty_url, monkeypatch, tmp_path) -> None:
    add_migration(monkeypatch, tmp_path, FAILING)
    with pytest.raises(MigrationError):
        await migrate(empty_url)
    if (path := sqlite_path(empty_url)) is not None:
        assert not path.exists()
    else:
        async with database(empty_url) as connection:
            assert await schema_of(connection) == set()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_to_do_copies_nothing_and_changes_nothing(database_url) -> None:
    path = sqlite_path(database_url)
    assert path is not None
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    assert asyncio.run(migrate(database_url)) == []
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


async def test_three_at_once_all_succeed(empty_url: str) -> None:
    environment = {**os.environ, "DELAKTIG_DATABASE_URL": empty_url}
    children = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-m", "backend.cli", "migrate", cwd=ROOT, env=environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]  # fmt: skip
    said = [await child.communicate() for child in children]
    assert [child.returncode for child in children] == [0, 0, 0], said
    assert sorted(out.decode() for out, _ in said) == [
        "Applied: 0001_initial.\n", "The database has the present schema.\n", "The database has the present schema.\n"
    ]  # fmt: skip
