"""What the watcher of the service is told."""

import sqlite3

import asyncpg

from backend.db import sqlite_path


async def drop_waves(database_url: str) -> None:
    """Takes the schema away behind the service's back."""
    statements = ("DROP TABLE progress_look", "DROP TABLE release_file", "DROP TABLE release", "DROP TABLE wave")
    if (path := sqlite_path(database_url)) is not None:
        with sqlite3.connect(path) as connection:
            for statement in statements:
                connection.execute(statement)
        return
    connection = await asyncpg.connect(database_url)
    try:
        for statement in statements:
            await connection.execute(f"{statement} CASCADE")
    finally:
        await connection.close()


async def test_a_sound_service_is_live_and_ready(client) -> None:
    for path, status in (("/health/live", "live"), ("/health/ready", "ready")):
        response = await client.get(path)
        assert response.status_code == 200 and response.json() == {"status": status}
        assert response.headers["cache-control"] == "no-store"


async def test_without_its_schema_it_is_live_but_not_ready(client, settings) -> None:
    await drop_waves(settings.database_url)
    ready = await client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["type"] == "/problems/unavailable"
    assert (await client.get("/health/live")).status_code == 200


async def test_without_its_database_it_is_not_ready(client, monkeypatch) -> None:
    def gone() -> None:
        raise ConnectionRefusedError("no database")

    monkeypatch.setattr("backend.web.health.connection", gone)
    ready = await client.get("/health/ready")
    assert ready.status_code == 503 and "no database" not in ready.text
