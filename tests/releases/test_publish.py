"""Publishing, withholding, withdrawing: who may follow whom, with public reasons, and what happens by itself."""

from datetime import timedelta

import pytest

from backend.audit.models import AuditEntry
from backend.audit.services import SERVICE_ITSELF
from backend.budget.models import LedgerEntry
from backend.errors import Problem
from backend.releases.models import Release
from backend.releases.queries import get_release, release_state
from backend.releases.services import (
    prepare_release,
    publish_overdue_releases,
    publish_release,
    withdraw_release,
    withhold_release,
)
from backend.releases.upkeep import run_upkeep
from tests.municipality import ACTOR
from tests.page_client import page_of
from tests.releases.loop import closed_wave, stored_release

REASON = "A question was worded wrongly."


async def step(clock, release: Release, name: str) -> str:
    """Takes a step; returns the new state or the problem's word."""
    try:
        if name == "publish":
            changed = await publish_release(clock, ACTOR, release.code)
        else:
            change = {"withhold": withhold_release, "withdraw": withdraw_release}[name]
            changed = await change(clock, ACTOR, release.code, REASON)
    except Problem as problem:
        return problem.word
    return release_state(changed)


@pytest.mark.parametrize(
    ("steps", "ends"),
    [
        (
            ["withdraw", "publish", "publish", "withhold"],
            ["release-state", "published", "release-state", "release-state"],
        ),
        (
            ["publish", "withdraw", "publish", "withdraw"],
            ["published", "withdrawn", "release-state", "release-state"],
        ),
        (
            ["withhold", "withhold", "withdraw", "publish"],
            ["withheld", "release-state", "release-state", "published"],
        ),
    ],
)
async def test_the_steps_follow_each_other(opened, clock, steps: list[str], ends: list[str]) -> None:
    release = await stored_release(clock, opened)
    charged = await LedgerEntry.all().count()
    assert [await step(clock, release, name) for name in steps] == ends
    # Whatever becomes of a release, no budget comes back and none is charged again.
    assert await LedgerEntry.all().count() == charged


async def test_what_is_charged_only_can_take_no_step(opened, clock) -> None:
    wave = await closed_wave(clock, opened)
    release = await prepare_release(clock, ACTOR, opened, wave.code)
    assert [await step(clock, release, name) for name in ("publish", "withhold", "withdraw")] == ["release-state"] * 3


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
async def test_silence_needs_a_reason(opened, clock, reason: str) -> None:
    release = await stored_release(clock, opened)
    for change in (withhold_release, withdraw_release):
        with pytest.raises(Problem) as refused:
            await change(clock, ACTOR, release.code, reason)
        assert refused.value.word == "reason-missing"
    assert release_state(await get_release(release.code)) == "stored"


async def test_reasons_are_public(client, clock, settings) -> None:
    release = await stored_release(clock, settings)
    hidden = await client.get(f"/en/results/{release.code}")
    assert hidden.status_code == 404
    await withhold_release(clock, ACTOR, release.code, REASON)
    assert REASON in page_of(await client.get("/en/results")).words
    await publish_release(clock, ACTOR, release.code)
    assert REASON not in page_of(await client.get("/en/results")).words
    file = f"/releases/{release.code}/files/results.csv"
    assert (await client.get(f"/en/results/{release.code}")).status_code == 200
    assert (await client.get(file)).status_code == 200
    await withdraw_release(clock, ACTOR, release.code, REASON)
    gone = await client.get(f"/en/results/{release.code}")
    assert gone.status_code == 410 and REASON in page_of(gone).words
    assert (await client.get(file)).status_code == 410


class TestByItself:
    async def test_a_prepared_release_publishes_itself_in_time(self, opened, clock) -> None:
        release = await stored_release(clock, opened)
        clock.now += timedelta(days=opened.publish_after_days)
        await publish_overdue_releases(clock, opened)
        assert release_state(await get_release(release.code)) == "stored"
        clock.now += timedelta(seconds=1)
        await run_upkeep(clock, opened)
        await run_upkeep(clock, opened)
        published = await get_release(release.code)
        assert published.published_at == clock()
        entries = await AuditEntry.filter(action="release-published")
        assert [(entry.actor, entry.object_code) for entry in entries] == [(SERVICE_ITSELF, release.code)]

    async def test_a_withheld_one_does_not(self, opened, clock) -> None:
        release = await stored_release(clock, opened)
        await withhold_release(clock, ACTOR, release.code, REASON)
        clock.now += timedelta(days=400)
        await publish_overdue_releases(clock, opened)
        assert release_state(await get_release(release.code)) == "withheld"

    async def test_an_interrupted_drawing_is_finished(self, opened, clock) -> None:
        wave = await closed_wave(clock, opened)
        release = await prepare_release(clock, ACTOR, opened, wave.code)
        await run_upkeep(clock, opened)
        assert release_state(await get_release(release.code)) == "charged", "it may still be under way"
        clock.now += timedelta(minutes=11)
        await run_upkeep(clock, opened)
        assert release_state(await get_release(release.code)) == "stored"
        assert await LedgerEntry.all().count() == 2
