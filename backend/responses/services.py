"""Storing and withdrawing responses. What is not stored cannot leak: see models.py for all there is."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from tortoise.transactions import in_transaction

from backend.clock import Clock, iso_week
from backend.config import Settings
from backend.core.answers import Answers, canonical
from backend.core.receipt import receipt_key
from backend.errors import Problem
from backend.group_commit import GroupCommit
from backend.responses.models import Response
from backend.surveys.models import Wave
from backend.surveys.queries import takes_answers
from backend.surveys.services import hold_waves

Outcome = Literal["stored", "conflict", "withdrawn", "closed"]


class NewResponse(NamedTuple):
    """A response on its way to the table."""

    wave_id: int
    key: str
    answers: str


def response_key(wave: Wave, receipt: str) -> str:
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

    async def record_response(self, wave: Wave, receipt: str, answers: Answers) -> None:
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
            rows = [Response(key=key, week=week, answers=taken[key].answers) for key in sorted(taken)]
            await Response.bulk_create(rows, ignore_conflicts=True)
            stored = dict(await Response.filter(key__in=list(taken)).values_list("key", "answers"))
        return [_outcome(new, new.wave_id in open_waves, stored) for new in batch]


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
