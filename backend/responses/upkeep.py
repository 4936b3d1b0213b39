"""What happens to stored responses after their wave: rewritten in key order at its end, deleted in due time."""

from backend.clock import Clock
from backend.db import connection, is_sqlite
from backend.responses.models import Response
from backend.responses.queries import key_range
from backend.surveys.models import Wave


async def rewrite_in_key_order() -> None:
    """Writes the whole table anew in the order of its random keys, so that the pages keep no order of arrival.

    SQLite rewrites the file and empties the write-ahead log; freed pages were overwritten (secure_delete).
    PostgreSQL's CLUSTER also drops what was deleted before. It locks the table for the seconds it takes: answers to
    another wave wait.
    """
    current = connection()
    if is_sqlite(current):
        await current.execute_query("VACUUM")
        await current.execute_query("PRAGMA wal_checkpoint(TRUNCATE)")
    else:
        table = Response._meta.db_table
        await current.execute_query(f'CLUSTER "{table}" USING "{table}_pkey"')


async def compact_wave(clock: Clock, wave: Wave) -> None:
    """Rewrites the table once after the wave has ended."""
    if wave.compacted_at is None:
        await rewrite_in_key_order()
        await Wave.filter(id=wave.id).update(compacted_at=clock())


async def delete_expired_responses(wave: Wave) -> None:
    """Deletes every response and tombstone of a wave whose time is up, and rewrites what is left.

    It may be repeated: who calls it marks the wave as done only after it has returned.
    """
    start, end = key_range(wave)
    await Response.filter(key__gt=start, key__lt=end).delete()
    await rewrite_in_key_order()
