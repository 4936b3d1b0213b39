"""Retention: raw responses stay until their time is up, and then nothing of them is left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.audit.models import AuditEntry
from backend.db import connection, database, sqlite_path
from backend.releases import upkeep
from backend.releases.queries import get_release, list_figures
from backend.releases.services import publish_release, withhold_release
from backend.releases.upkeep import months_later, purge
from backend.surveys.queries import get_wave
from backend.surveys.services import open_wave
from tests.municipality import ACTOR, draft_wave
from tests.releases.loop import answer, closed_wave, stored_release

INSTANTS = st.integers(631_152_000, 3_786_912_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(INSTANTS, st.integers(-60, 60))
def test_so_many_months_later_is_the_same_day_or_the_month_s_last(instant: datetime, months: int) -> None:
    later = months_later(instant, months)
    assert (later.year * 12 + later.month) - (instant.year * 12 + instant.month) == months
    assert later.timetz() == instant.timetz()
    assert later.day == instant.day or (later.day < instant.day and (later + timedelta(days=1)).day == 1)


@given(INSTANTS, INSTANTS, st.integers(0, 60))
def test_who_is_released_later_is_deleted_no_sooner(one: datetime, other: datetime, months: int) -> None:
    first, second = sorted((one, other))
    assert months_later(first, months) <= months_later(second, months)


async def rows() -> int:
    return (await connection().execute_query_dict("SELECT COUNT(*) AS n FROM response"))[0]["n"]


@pytest.mark.parametrize("change", ["publish", "withhold"])
async def test_before_its_time_nothing_and_then_everything(opened, clock, change: str) -> None:
    release = await stored_release(clock, opened, 40)
    clock.now += timedelta(days=1)
    if change == "publish":
        await publish_release(clock, ACTOR, release.code)
    else:
        await withhold_release(clock, ACTOR, release.code, "a reason")
    due = months_later(clock(), opened.retention_months)
    figures = await list_figures(release)
    clock.now = due - timedelta(seconds=1)
    assert await purge(clock, opened, ACTOR) == [] and await rows() == 40
    clock.now = due
    assert await purge(clock, opened, ACTOR) == [release.wave.code]
    assert await purge(clock, opened, ACTOR) == []
    assert await rows() == 0
    assert (await get_wave(release.wave.code)).responses_deleted_at == due
    assert await list_figures(await get_release(release.code)) == figures, "what was published stays"
    (entry,) = await AuditEntry.filter(action="responses-deleted")
    assert (entry.actor, entry.object_code, entry.detail) == (ACTOR, release.wave.code, "")


async def test_what_was_never_released_is_kept(opened, clock) -> None:
    await stored_release(clock, opened, 5)
    clock.now += timedelta(days=4000)
    assert await purge(clock, opened, ACTOR) == [] and await rows() == 5


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_file_holds_nothing_of_them(settings, clock) -> None:
    path = sqlite_path(settings.database_url)
    assert path is not None
    async with database(settings.database_url):
        release = await stored_release(clock, settings, 300)
        await publish_release(clock, ACTOR, release.code)
        clock.now = months_later(clock(), settings.retention_months)
        key = (await connection().execute_query_dict("SELECT key FROM response LIMIT 1"))[0]["key"]
        assert key.encode() in everything(path) and b'"fairly_unsafe"' in everything(path)
        await purge(clock, settings, ACTOR)
        # The service is still running: the write-ahead log counts too.
        assert key.encode() not in everything(path)
    assert f"{release.wave.id:08x}".encode() not in everything(path)


def everything(path: Path) -> bytes:
    """The bytes of the database with its write-ahead log."""
    return b"".join(p.read_bytes() for p in path.parent.iterdir() if p.name.startswith(path.name))


async def test_interrupted_it_is_done_again_and_told_once(opened, clock, monkeypatch) -> None:
    release = await stored_release(clock, opened, 10)
    await publish_release(clock, ACTOR, release.code)
    clock.now += timedelta(days=400)

    async def interrupted() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("backend.responses.upkeep.rewrite_in_key_order", interrupted)
        await upkeep.purge(clock, opened, ACTOR)
    # The rows are gone but perhaps not their bytes, so it does not count as done.
    assert (await get_wave(release.wave.code)).responses_deleted_at is None
    assert await purge(clock, opened, ACTOR) == [release.wave.code]
    assert await AuditEntry.filter(action="responses-deleted").count() == 1


async def test_another_wave_s_responses_stay(opened, clock) -> None:

    release = await stored_release(clock, opened, 10)
    await publish_release(clock, ACTOR, release.code)
    clock.now = months_later(clock(), opened.retention_months)
    wave = await open_wave(clock, ACTOR, opened, (await draft_wave(clock, opened)).code)
    await answer(clock, opened, wave, 7, seed=2)
    assert await rows() == 17
    await purge(clock, opened, ACTOR)
    assert await rows() == 7


@pytest.mark.parametrize("database_url", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True)
async def test_postgres_rewrites_the_table(opened, clock) -> None:
    wave = await closed_wave(clock, opened)
    query = "SELECT pg_relation_filenode('response') AS node"
    before = await connection().execute_query_dict(query)
    await upkeep.compact_closed_waves(clock)
    assert await connection().execute_query_dict(query) != before
    assert (await get_wave(wave.code)).compacted_at == clock()
