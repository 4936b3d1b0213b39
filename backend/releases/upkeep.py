"""What has to happen by itself: nightly looks, rewriting closed waves, publishing what is overdue, deleting in time.

Every step may be repeated and may be done by several processes at once: each finds what is done already.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from tortoise.transactions import in_transaction

from backend.audit.services import SERVICE_ITSELF, record_action
from backend.clock import Clock
from backend.config import Settings
from backend.releases.models import Release
from backend.releases.progress import is_night, take_due_looks
from backend.releases.queries import list_undrawn_releases
from backend.releases.services import draw_release, publish_overdue_releases
from backend.responses.upkeep import compact_wave, delete_expired_responses
from backend.surveys.models import Wave
from backend.surveys.queries import list_answerable_waves, list_waves, wave_state

Progress = Callable[[str], None]

# A drawing takes seconds; one that is not done by now has been interrupted.
INTERRUPTED_AFTER = timedelta(minutes=10)


async def run_upkeep(clock: Clock, settings: Settings, progress: Progress = lambda step: None) -> None:
    """Everything that is due now."""
    progress("looking at open waves, if it is night")
    await take_due_looks(clock, settings)
    if await may_hold_up_writers(clock, settings):
        progress("rewriting closed waves in key order")
        await compact_closed_waves(clock)
    progress("finishing releases whose drawing was interrupted")
    for release in await list_undrawn_releases():
        if release.charged_at < clock() - INTERRUPTED_AFTER:
            await draw_release(clock, settings, release.code)
    progress("publishing releases that are overdue")
    await publish_overdue_releases(clock, settings)
    if await may_hold_up_writers(clock, settings):
        await purge(clock, settings, SERVICE_ITSELF, progress)


async def may_hold_up_writers(clock: Clock, settings: Settings) -> bool:
    """Whether the answers' table may be rewritten now: no wave takes answers, or it is the depth of the night.

    Rewriting locks out writers for as long as it takes, which is seconds for a million answers, and it has to be
    of the whole table at once (decisions/0007-rewriting-at-rest.md).
    """
    return is_night(clock, settings) or not await list_answerable_waves(clock())


async def compact_closed_waves(clock: Clock) -> None:
    """Rewrites the table for every closed wave that has not been rewritten yet, whoever has to wait for it."""
    for wave in await list_waves():
        if wave_state(wave, clock()) == "closed" and wave.compacted_at is None:
            await compact_wave(clock, wave)


async def purge(clock: Clock, settings: Settings, actor: str, progress: Progress = lambda step: None) -> list[str]:
    """Deletes the raw responses of every wave whose retention has ended; returns the waves' codes.

    Retention counts from the day the wave's release was published or withheld. The audit tells which wave, never
    how many responses.
    """
    expired = [wave for wave in await list_waves() if await _is_expired(clock, settings, wave)]
    for wave in expired:
        progress(f"deleting the responses of {wave.code}")
        await delete_expired_responses(wave)
        async with in_transaction():
            # Of two processes that deleted at the same time only one tells of it.
            unmarked = Wave.filter(id=wave.id, responses_deleted_at__isnull=True)
            if await unmarked.update(responses_deleted_at=clock()):
                await record_action(clock, actor, "responses-deleted", wave.code)
    return [wave.code for wave in expired]


async def _is_expired(clock: Clock, settings: Settings, wave: Wave) -> bool:
    if wave.responses_deleted_at is not None:
        return False
    release = await Release.filter(wave=wave).order_by("-revision").first()
    ended = (release.published_at or release.withheld_at) if release is not None else None
    return ended is not None and months_later(ended, settings.retention_months) <= clock()


def months_later(instant: datetime, months: int) -> datetime:
    """The same day of a later month, or that month's last day if it is shorter."""
    years, month = divmod(instant.month - 1 + months, 12)
    for day in (instant.day, 30, 29, 28):
        try:
            return instant.replace(year=instant.year + years, month=month + 1, day=day)
        except ValueError:
            continue
    raise ValueError(f"no day {instant.day} in month {month + 1}")
