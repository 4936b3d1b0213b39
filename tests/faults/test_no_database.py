"""A database that is cut off, locked or full: a clear 503, no crash, and afterwards all goes on by itself."""

import asyncio
import contextlib
import sqlite3

import asyncpg
import httpx
import pytest
from tortoise.transactions import in_transaction

from backend.db import connection
from tests.faults.phones import Phones
from tests.faults.servers import Postgres, service
from tests.faults.stored import check_thanked, start_wave_now, stored_answers
from tests.municipality import ANSWERS, RECEIPT, form_of, start_wave
from tests.page_client import page_of

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ON_POSTGRES = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
JSON = {"receipt": RECEIPT, "answers": ANSWERS}


async def set_for_writing(pragma: str) -> None:
    """Sets a pragma of the connection that transactions use."""
    async with in_transaction() as writer:
        await writer.execute_query(pragma)


async def check_told_that_it_is_busy(served_address: str, page: str) -> None:
    """People and programs are told; the process itself lives and says that it is not ready."""
    async with httpx.AsyncClient(base_url=served_address, timeout=20) as client:
        shown = await client.get(page.replace("/en/", "/sv/"), headers={"Accept": "text/html"})
        assert shown.status_code == 503
        assert shown.headers["content-type"].startswith("text/html") and "unavailable" in shown.text
        assert "default-src 'none'" in shown.headers["content-security-policy"]
        assert (await client.get("/health/live")).status_code == 200
        assert (await client.get("/health/ready")).status_code == 503


@pytest.mark.postgres
async def test_postgres_goes_away_and_comes_back(durable_postgres) -> None:
    wave = await start_wave_now(durable_postgres)
    cluster = await Postgres.at(durable_postgres)
    with service(durable_postgres) as served:
        await asyncio.to_thread(served.start)
        phones = Phones(served.address, wave.code)
        async with phones.sending():
            for _ in range(3):
                await phones.wait_for(201, more=30)
                await asyncio.to_thread(cluster.stop)
                await phones.wait_for(503, more=10)
                await check_told_that_it_is_busy(served.address, phones.page)
                await asyncio.to_thread(cluster.start)
            await phones.wait_for(201, more=30)
        assert served.process.poll() is None
        assert phones.statuses.keys() == {201, 503}
        assert phones.problems.keys() == {"/problems/unavailable"}
        check_thanked(phones, wave, await stored_answers(durable_postgres))
        await phones.send_rest()
        assert len(await stored_answers(durable_postgres)) == len(phones.sent)


async def test_a_full_disk_and_room_again(sqlite_file) -> None:
    url = f"sqlite://{sqlite_file}"
    wave = await start_wave_now(url)
    with service(url) as served:
        await asyncio.to_thread(served.start)
        phones = Phones(served.address, wave.code)
        async with phones.sending():
            for _ in range(3):
                await phones.wait_for(201, more=20)
                sizes = [file.stat().st_size for file in sqlite_file.parent.glob(sqlite_file.name + "*")]
                served.limit_files(max(sizes) + 8192)
                await phones.wait_for(503, more=20)
                thanked, stored = set(phones.thanked), await stored_answers(url)
                check_thanked(phones, wave, stored)
                assert len(thanked) <= len(stored)
                served.lift_limit()
            await phones.wait_for(201, more=20)
        assert served.process.poll() is None
        assert phones.statuses.keys() == {201, 503}
        assert phones.problems.keys() == {"/problems/unavailable"}
        await phones.send_rest()
        stored = await stored_answers(url)
        check_thanked(phones, wave, stored)
        assert len(stored) == len(phones.sent)
        with contextlib.closing(sqlite3.connect(sqlite_file)) as file:
            assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@ON_SQLITE
class TestSqlite:
    async def test_another_process_that_writes_for_long(self, client, clock, settings, database_url) -> None:
        wave = await start_wave(clock, settings)
        address = f"/en/survey/{wave.code}"
        await set_for_writing("PRAGMA busy_timeout=50")
        other = sqlite3.connect(database_url.removeprefix("sqlite://"), isolation_level=None)
        with contextlib.closing(other):
            other.execute("BEGIN IMMEDIATE")
            for _ in range(3):
                sent = await client.post(address, data=form_of(ANSWERS))
                assert sent.status_code == 503
                assert "busy right now" in page_of(sent).words
            # Reading goes on meanwhile.
            assert (await client.get(address)).status_code == 200
            other.execute("ROLLBACK")
        assert (await client.post(address, json=JSON)).status_code == 201

    async def test_no_room_in_the_file(self, client, clock, settings) -> None:
        wave = await start_wave(clock, settings)
        address = f"/en/survey/{wave.code}"
        (pages,) = await connection().execute_query_dict("PRAGMA page_count")
        await set_for_writing(f"PRAGMA max_page_count={pages['page_count']}")
        statuses = []
        for number in range(60):
            body = {"receipt": f"{number:016}", "answers": {**ANSWERS, "WISH": "x" * 140}}
            statuses.append((await client.post(address, json=body)).status_code)
        assert set(statuses) == {201, 503}
        (rows,) = await connection().execute_query_dict("SELECT count(*) AS n FROM response")
        assert rows["n"] == statuses.count(201)
        await set_for_writing("PRAGMA max_page_count=1000000")
        assert (await client.post(address, json=JSON)).status_code == 201
        (rows,) = await connection().execute_query_dict("SELECT count(*) AS n FROM response")
        assert rows["n"] == statuses.count(201) + 1


@ON_POSTGRES
async def test_connections_that_are_cut_again_and_again(client, clock, settings, postgres_server) -> None:
    """More often than there are connections in the pool: none of them may get lost."""
    wave = await start_wave(clock, settings)
    address = f"/en/survey/{wave.code}"
    name = settings.database_url.rpartition("/")[2]
    killer = await asyncpg.connect(postgres_server)
    statuses: list[int] = []
    try:
        async with asyncio.timeout(120):
            for number in range(0, 120, 10):
                bodies = [{"receipt": f"{number + place:016}", "answers": ANSWERS} for place in range(10)]
                sending = [asyncio.create_task(client.post(address, json=body)) for body in bodies]
                await killer.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name
                )
                statuses += [response.status_code for response in await asyncio.gather(*sending)]
            assert (await client.post(address, json=JSON)).status_code in {201, 503}
            assert (await client.post(address, json=JSON)).status_code == 201
    finally:
        await killer.close()
    assert set(statuses) <= {201, 503}
