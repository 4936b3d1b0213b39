"""The one door to raw answers. Only the release step may come through it; the import rules see to that."""

from collections.abc import AsyncIterator

import msgspec
from tortoise.backends.base.client import BaseDBAsyncClient

from backend.core.answers import Answers
from backend.db import connection, is_sqlite
from backend.responses.models import Response
from backend.surveys.models import Wave

CHUNK = 1000
LARGE = 50_000

_decode = msgspec.json.Decoder(list[Answers]).decode


def key_range(wave: Wave) -> tuple[str, str]:
    """The least key of a wave and the least key after it."""
    return f"{wave.id:08x}", f"{wave.id + 1:08x}"


def places(current: BaseDBAsyncClient, groups: int, size: int) -> list[list[str]]:
    """Placeholders for `groups` × `size` values of a statement, as the database writes them."""
    if is_sqlite(current):
        return [["?"] * size] * groups
    return [[f"${group * size + place + 1}" for place in range(size)] for group in range(groups)]


async def is_large(wave: Wave) -> bool:
    """Whether counting the wave's responses is worth a second process. Exact and private like all else here."""
    start, end = key_range(wave)
    return bool(
        await Response.filter(key__gt=start, key__lt=end).order_by("key").offset(LARGE).limit(1).values("key")
    )


async def records_answers(wave: Wave, part: int = 0, parts: int = 1) -> AsyncIterator[list[Answers]]:
    """Every answered response of a wave, in key order, a thousand at a time; or one of up to 16 `parts` of them.

    Each chunk is a short read of its own, so no long one holds up the writers. The database joins the texts of a
    chunk into one JSON array: a row object and a decoding for each response would cost about a fifth more.
    """
    after, end = key_range(wave)
    # The ninth digit of a key is the first of its hash and as random as all the others.
    if part > 0:
        after = f"{after}{16 * part // parts:x}"
    if part + 1 < parts:
        end = f"{wave.id:08x}{16 * (part + 1) // parts:x}"
    current = connection()
    ((start, stop, limit),) = places(current, 1, 3)
    joined = "group_concat(answers, ',')" if is_sqlite(current) else "string_agg(answers, ',')"
    query = (
        f"SELECT max(key) AS last, '[' || {joined} || ']' AS answers FROM "
        f'(SELECT key, answers FROM "{Response._meta.db_table}" WHERE key > {start} AND key < {stop} '
        f"ORDER BY key LIMIT {limit}) AS chunk"
    )
    while True:
        _, (row,) = await current.execute_query(query, [after, end, CHUNK])
        if row["last"] is None:
            return
        after = row["last"]
        # A chunk of nothing but tombstones has no texts to join.
        if row["answers"] is not None:
            yield _decode(row["answers"])


async def count_responses(wave: Wave) -> int:
    """How many responses a wave has. Exact and therefore private: noise is added before it goes anywhere."""
    start, end = key_range(wave)
    return await Response.filter(key__gt=start, key__lt=end, answers__isnull=False).count()
