"""What is stored of a response, and what is not: nothing that tells who answered, from where, on what, or when."""

import asyncio
import logging
from datetime import UTC, datetime
from itertools import pairwise

import httpx
import pytest

from backend.core.receipt import format_receipt, receipt_from_bytes
from backend.db import connection, is_sqlite, sqlite_path
from backend.responses.services import ResponseWriter, withdraw_response
from backend.responses.upkeep import compact_wave, delete_expired_responses, rewrite_in_key_order
from backend.surveys.models import Wave
from backend.surveys.services import open_wave
from backend.web.middleware import configure_logging
from tests.municipality import ACTOR, ANSWERS, RECEIPT, draft_wave, form_of, start_wave
from tests.responses.stored import everything_stored, stored_rows

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize(
    "database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True
)
ORIGIN = "http://testserver"
TELLTALES = {
    "User-Agent": "Telltale-Phone/77.31",
    "X-Forwarded-For": "203.0.113.77",
    "Forwarded": "for=203.0.113.78",
    "Cookie": "telltale=cookie-4711; delaktig=session-4712",
    "Accept-Language": "fit-x-telltale, sv;q=0.1",
    "Referer": f"{ORIGIN}/sv/?telltale=referrer-4713",
}
SIGNS = ["Telltale", "telltale", "203.0.113", "4711", "4712", "4713", "198.51.100", "fit-x", "8467"]
WISH = "Laga lampan vid den gamla kvarnen"


def receipt(number: int) -> str:
    return format_receipt(receipt_from_bytes(number.to_bytes(10, "big")))


def files_of(database_url: str) -> bytes:
    """The bytes of an SQLite database: the file, the write-ahead log and its index."""
    path = sqlite_path(database_url)
    assert path is not None
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(path.name + "*")))


async def record(writer: ResponseWriter, wave: Wave, numbers, **changed: str) -> None:
    for number in numbers:
        await writer.record_response(wave, receipt(number).replace("-", ""), {**ANSWERS, **changed})


@pytest.fixture
async def opened_wave(opened, clock, settings) -> Wave:
    return await start_wave(clock, settings)


class TestTraces:
    async def test_no_trace_of_the_phone_or_the_hour(self, app, clock, settings, wave, caplog, capfd) -> None:
        clock.now = datetime(2026, 3, 19, 3, 47, 29, 123456, tzinfo=UTC)
        configure_logging("DEBUG")
        logging.getLogger().addHandler(caplog.handler)
        transport = httpx.ASGITransport(app=app, client=("198.51.100.23", 8467))
        address = f"/sv/survey/{wave.code}"
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN, headers=TELLTALES) as phone:
            await phone.get(f"{address}?telltale=query")
            assert (await phone.post(address, data=form_of(ANSWERS))).status_code == 200
            answered = await phone.post(address, json={"receipt": receipt(7), "answers": ANSWERS})
            assert answered.status_code == 201
            assert (await phone.post(address, data=form_of({"FEEL1": "telltale"}))).status_code == 422
            assert (await phone.post(address, data=form_of({**ANSWERS, "SEEN": "yes"}))).status_code == 409
            assert (await phone.post("/sv/withdraw", data={"_receipt": receipt(7)})).status_code == 200
            assert (await phone.get("/sv/telltale")).status_code == 404
        stored = await everything_stored()
        assert "very_safe" in stored and "2026-W12" in stored
        said = caplog.text + "".join(capfd.readouterr())
        for sign in SIGNS:
            assert sign not in stored and sign not in said, sign
        if is_sqlite(connection()):
            found = files_of(settings.database_url)
            assert b"very_safe" in found
            assert not [sign for sign in SIGNS if sign.encode() in found]
        # Neither the hour nor the day of the answer, nor anything at all in the log of it.
        for trace in ("03:47", "47:29", "2026-03-19", str(int(clock.now.timestamp()))):
            assert trace not in stored
        assert "POST" not in said and "survey/" not in said

    async def test_the_receipt_itself_is_not_stored(self, client, address) -> None:
        assert (await client.post(address, data=form_of(ANSWERS))).status_code == 200
        stored = await everything_stored()
        for spelling in (RECEIPT, RECEIPT.replace("-", ""), RECEIPT.replace("-", "").lower()):
            assert spelling not in stored

    async def test_a_row_has_three_columns(self, opened, opened_wave, clock, settings) -> None:
        await record(ResponseWriter(clock, settings), opened_wave, [1])
        (row,) = await connection().execute_query_dict("SELECT * FROM response")
        assert row.keys() == {"key", "week", "answers"}
        assert row["week"] == "2026-W11"
        assert len(row["key"]) == 48

    async def test_the_week_is_that_of_the_municipality(self, opened, opened_wave, clock, settings) -> None:
        # Half past eleven on Sunday evening in UTC is Monday in Sweden.
        clock.now = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)
        await record(ResponseWriter(clock, settings), opened_wave, [1])
        assert [row.week for row in await stored_rows()] == ["2026-W12"]


class TestOrder:
    @on_sqlite
    async def test_sqlite_keeps_no_hidden_row_number(self, opened, opened_wave) -> None:
        (table,) = await connection().execute_query_dict("SELECT sql FROM sqlite_master WHERE name = 'response'")
        assert table["sql"].rstrip(";").endswith("WITHOUT ROWID")
        with pytest.raises(Exception, match="rowid"):
            await connection().execute_query("SELECT rowid FROM response")

    async def test_keys_do_not_follow_arrival(self, opened, opened_wave, clock, settings) -> None:
        writer = ResponseWriter(clock, settings)
        arrived = []
        for number in range(40):
            before = {row.key for row in await stored_rows()}
            await record(writer, opened_wave, [number])
            arrived += {row.key for row in await stored_rows()} - before
        ranks = [sorted(arrived).index(key) for key in arrived]
        rising = sum(later > earlier for earlier, later in pairwise(ranks))
        # Keys in order of arrival, or against it, would rise 39 times or never; the hash makes it about half.
        assert 8 <= rising <= 31

    async def test_two_orders_of_arrival_leave_the_same_rows(self, opened, opened_wave, clock, settings) -> None:
        numbers = list(range(25))
        await record(ResponseWriter(clock, settings), opened_wave, numbers)
        first = await stored_rows()
        await connection().execute_query("DELETE FROM response")
        await record(ResponseWriter(clock, settings), opened_wave, reversed(numbers))
        assert await stored_rows() == first

    @on_postgres
    async def test_a_batch_is_written_in_key_order(self, opened, opened_wave, clock, settings) -> None:
        writer = ResponseWriter(clock, settings)
        await asyncio.gather(*(record(writer, opened_wave, [number]) for number in range(60)))
        rows = await connection().execute_query_dict("SELECT key, xmin::text AS batch FROM response ORDER BY ctid")
        batches: dict[str, list[str]] = {}
        for row in rows:
            batches.setdefault(row["batch"], []).append(row["key"])
        assert max(map(len, batches.values())) > 1
        assert all(keys == sorted(keys) for keys in batches.values())


class TestRewriting:
    @on_sqlite
    async def test_nothing_withdrawn_is_left_in_the_file(self, opened, opened_wave, clock, settings) -> None:
        await record(ResponseWriter(clock, settings), opened_wave, range(200))
        await record(ResponseWriter(clock, settings), opened_wave, [999], WISH=WISH)
        assert WISH.encode() in files_of(settings.database_url)
        await withdraw_response(clock, [opened_wave], receipt(999).replace("-", ""))
        clock.now = opened_wave.ends_at
        await compact_wave(clock, opened_wave)
        assert WISH.encode() not in files_of(settings.database_url)
        (free,) = await connection().execute_query_dict("PRAGMA freelist_count")
        assert list(free.values()) == [0]
        assert len(await stored_rows()) == 201

    @on_postgres
    async def test_postgres_writes_the_table_anew_in_key_order(self, opened, opened_wave, clock, settings) -> None:
        writer = ResponseWriter(clock, settings)
        await record(writer, opened_wave, range(80))
        await record(writer, opened_wave, [999], WISH=WISH)
        await withdraw_response(clock, [opened_wave], receipt(999).replace("-", ""))
        place = "SELECT pg_relation_filenode('response') AS node, count(*) AS rows FROM response"
        by_place = "SELECT key FROM response ORDER BY ctid"
        (before,) = await connection().execute_query_dict(place)
        keys = [row["key"] for row in await connection().execute_query_dict(by_place)]
        assert keys != sorted(keys)
        await compact_wave(clock, opened_wave)
        (after,) = await connection().execute_query_dict(place)
        assert after["node"] != before["node"] and after["rows"] == before["rows"] == 81
        assert [row["key"] for row in await connection().execute_query_dict(by_place)] == sorted(keys)
        await connection().execute_query("CHECKPOINT")
        read = "SELECT position($1::bytea IN pg_read_binary_file(pg_relation_filepath('response'))) AS at"
        sought = {"removed": WISH.encode(), "kept": b"very_safe"}
        found = {
            name: (await connection().execute_query_dict(read, [text]))[0]["at"] for name, text in sought.items()
        }
        assert found["removed"] == 0 and found["kept"] > 0

    async def test_happens_once_and_changes_no_response(self, opened, opened_wave, clock, settings) -> None:
        await record(ResponseWriter(clock, settings), opened_wave, range(10))
        before = await stored_rows()
        await compact_wave(clock, opened_wave)
        wave = await Wave.get(id=opened_wave.id)
        assert wave.compacted_at == clock.now
        clock.now = wave.ends_at
        await compact_wave(clock, wave)
        assert (await Wave.get(id=wave.id)).compacted_at == wave.compacted_at
        assert await stored_rows() == before

    async def test_answers_arrive_while_the_table_is_rewritten(self, opened, opened_wave, clock, settings) -> None:
        writer = ResponseWriter(clock, settings)
        await asyncio.gather(
            *(record(writer, opened_wave, range(start, start + 20)) for start in range(0, 100, 20)),
            rewrite_in_key_order(),
            rewrite_in_key_order(),
        )
        assert len(await stored_rows()) == 100

    async def test_deleting_a_wave_in_due_time_leaves_the_others(self, opened, opened_wave, clock, settings) -> None:
        other = await draft_wave(clock, settings, days=30)
        other = await open_wave(clock, ACTOR, settings, other.code)
        writer = ResponseWriter(clock, settings)
        await record(writer, opened_wave, range(20), WISH=WISH)
        await withdraw_response(clock, [opened_wave], receipt(3).replace("-", ""))
        await record(writer, other, range(5))
        for _ in range(2):
            await delete_expired_responses(opened_wave)
        rows = await stored_rows()
        assert len(rows) == 5 and {row.key[:8] for row in rows} == {f"{other.id:08x}"}
        if is_sqlite(connection()):
            assert WISH.encode() not in files_of(settings.database_url)
