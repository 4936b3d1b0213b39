"""Storing and withdrawing responses. What is not stored cannot leak: see models.py for all there is."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from tortoise.transactions import in_transaction

from backend.clock import Clock, iso_week
from backend.config import Settings
from backend.core.answers import Answers, canonical
from backend.core.receipt import receipt_key
from backend.db import connection
from backend.errors import Problem
from backend.group_commit import GroupCommit
from backend.responses.models import Response
from backend.responses.queries import places
from backend.surveys.models import Wave
from backend.surveys.queries import FrozenWave, takes_answers
from backend.surveys.services import hold_waves

Outcome = Literal["stored", "conflict", "withdrawn", "closed"]


class NewResponse(NamedTuple):
    """A response on its way to the table."""

    wave_id: int
    key: str
    answers: str


def response_key(wave: Wave | FrozenWave, receipt: str) -> str:
    """The primary key: 8 hex digits of the wave's number and 160 bits of the receipt's hash.

    The receipt has 80 random bits, so nobody finds one by trying, and the hash does not give it away.
    """
    return f"{wave.id:08x}{receipt_key(wave.code, receipt).hex()[:40]}"


class ResponseWriter:
    """Takes responses from all requests of this process and stores them in shared transactions."""

    def __init__(self, clock: Clock, settings: Settings) -> None:
        self.clock = clock
        self.settings = settings
        self._group = GroupCommit(self._record_responses)

    async def record_response(self, wave: Wave | FrozenWave, receipt: str, answers: Answers) -> None:
        """Stores one response; the same content under the same receipt again is the same response.

        Returns only when it is on disk. Raises Problem: wave-closed, response-conflict, response-withdrawn.
        """
        new = NewResponse(wave.id, response_key(wave, receipt), canonical(answers).decode())
        outcome = await self._group.submit(new)
        if outcome == "closed":
            raise Problem("wave-closed")
        if outcome == "conflict":
            raise Problem("response-conflict")
        if outcome == "withdrawn":
            raise Problem("response-withdrawn")

    async def _record_responses(self, batch: Sequence[NewResponse]) -> list[Outcome]:
        now = self.clock()
        week = iso_week(now, self.settings.zone)
        async with in_transaction():
            waves = await hold_waves({new.wave_id for new in batch})
            open_waves = {wave.id for wave in waves if takes_answers(wave, now)}
            # Written in key order: two processes never wait for each other's rows crosswise, and not even the
            # write-ahead log keeps the order of arrival within a batch.
            taken = {new.key: new for new in reversed(batch) if new.wave_id in open_waves}
            known = await _insert_new([(key, week, taken[key].answers) for key in sorted(taken)])
        stored = {key: new.answers for key, new in taken.items()} | known
        return [_outcome(new, new.wave_id in open_waves, stored) for new in batch]


async def _insert_new(rows: Sequence[tuple[str, str, str]]) -> dict[str, str | None]:
    """Inserts the rows whose key is new; returns what is stored under the keys that were known already.

    One plain statement for all of them, without a model object for each; what was there before is read if any was.
    """
    if not rows:
        return {}
    current, table = connection(), Response._meta.db_table
    values = ",".join(f"({','.join(group)})" for group in places(current, len(rows), len(rows[0])))
    inserted = await current.execute_query_dict(
        f'INSERT INTO "{table}" (key, week, answers) VALUES {values} ON CONFLICT (key) DO NOTHING RETURNING key',
        [value for row in rows for value in row],
    )
    known = {key for key, _, _ in rows} - {row["key"] for row in inserted}
    if not known:
        return {}
    return dict(await Response.filter(key__in=sorted(known)).values_list("key", "answers"))


def _outcome(new: NewResponse, is_open: bool, stored: dict[str, str | None]) -> Outcome:
    if not is_open:
        return "closed"
    if stored[new.key] is None:
        return "withdrawn"
    return "stored" if stored[new.key] == new.answers else "conflict"


async def withdraw_response(clock: Clock, waves: Sequence[Wave], receipt: str) -> Wave:
    """Empties the response with this receipt in one of the waves that still take answers; returns its wave.

    What stays is a tombstone without content, which keeps a late resend from reviving the response.
    Raises Problem("receipt-unknown"), also when it was withdrawn before or its wave has closed.
    """
    async with in_transaction():
        held = await hold_waves({wave.id for wave in waves})
        for wave in held:
            if not takes_answers(wave, clock()):
                continue
            key = response_key(wave, receipt)
            emptied = await Response.filter(key=key, answers__isnull=False).update(answers=None, week="")
            if emptied:
                return wave
    raise Problem("receipt-unknown")
