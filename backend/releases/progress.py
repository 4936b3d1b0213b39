"""The nightly look at a running wave: one noisy number for the whole city, paid for when the wave was opened."""

from tortoise.transactions import in_transaction

from backend.clock import Clock, local_date
from backend.config import Settings
from backend.releases.mechanism import draw
from backend.releases.models import ProgressLook
from backend.responses.queries import count_responses
from backend.surveys.models import Wave
from backend.surveys.queries import list_open_waves, plan_of

SHOWN_TO = 50
NIGHT = range(1, 5)


def is_night(clock: Clock, settings: Settings) -> bool:
    """Whether it is the small hours in the municipality's time zone."""
    return clock().astimezone(settings.zone).hour in NIGHT


async def take_due_looks(clock: Clock, settings: Settings) -> None:
    """Looks at every open wave once a night, in the small hours of the municipality's time zone."""
    if is_night(clock, settings):
        for wave in await list_open_waves(clock()):
            await take_look(clock, settings, wave)


async def take_look(clock: Clock, settings: Settings, wave: Wave) -> None:
    """Draws and stores tonight's look unless there is one already or the plan allows no further one.

    The noise is drawn, rounded and stored inside one transaction: a second look of the same night, from another
    process, finds the first and draws nothing. Counting comes before it, so that no answer has to wait meanwhile.
    """
    plan = plan_of(wave)
    night = local_date(clock(), settings.zone)
    count = await count_responses(wave)
    async with in_transaction():
        held = await Wave.select_for_update().get(id=wave.id)
        looks = ProgressLook.filter(wave=held)
        if await looks.count() >= plan.looks or await looks.filter(taken_on=night).exists():
            return
        noisy = draw([count], float(plan.look_sigma))[0]
        await ProgressLook.create(wave=held, taken_on=night, noisy_count=shown(noisy))


def shown(noisy_count: int) -> int:
    """The noisy count as it is stored and shown: to the nearest fifty and never below nothing."""
    return max(0, round(noisy_count / SHOWN_TO) * SHOWN_TO)
