"""Every action of staff leaves exactly one entry, and no entry holds what was meant to be deleted."""

from collections.abc import Awaitable
from datetime import timedelta

import pytest

from backend.accounts.models import Account
from backend.accounts.services import SignInThrottle, create_account, sign_in, sign_out
from backend.audit.models import AuditEntry
from backend.audit.queries import PAGE_SIZE, list_actions
from backend.audit.services import record_action
from backend.errors import Problem
from backend.releases.services import (
    draw_release,
    prepare_release,
    publish_release,
    withdraw_release,
    withhold_release,
)
from backend.releases.upkeep import months_later, purge
from backend.responses.services import withdraw_response
from backend.surveys.services import close_wave, create_wave, import_questionnaire, open_wave
from tests.municipality import ACTOR, PASSWORD, SURVEY, draft_wave, found_municipality
from tests.releases.loop import answer, invented

SECRET = "a sentence that a resident wrote"


async def leaves(action: str | None, doing: Awaitable[object]) -> object:
    """Does something and holds it to exactly one entry of this action (none for None)."""
    before = await AuditEntry.all().count()
    done = await doing
    new = await AuditEntry.all().order_by("id").offset(before).values_list("action", flat=True)
    assert new == ([action] if action else [])
    return done


async def test_each_staff_service_leaves_one_entry(opened, clock) -> None:
    await found_municipality(clock)
    account = {"email": "p@example.org", "name": "P", "role": "planner", "password": PASSWORD}
    await leaves("account-created", create_account(clock, ACTOR, **account))
    token = await leaves("signed-in", sign_in(clock, "p@example.org", PASSWORD, 12, SignInThrottle()))
    await leaves("signed-out", sign_out(clock, await Account.get(), token))
    await leaves(None, import_questionnaire(clock, ACTOR, SURVEY.encode()))
    newer = SURVEY.replace("version: 1", "version: 2")
    await leaves("survey-imported", import_questionnaire(clock, ACTOR, newer.encode()))
    wave = await leaves("wave-created", draft_wave(clock, opened))
    today = clock().date()
    again = {"survey": "trygghet", "starts_on": today, "ends_on": today + timedelta(days=13), "grace_hours": 24}
    await leaves(None, create_wave(clock, ACTOR, opened, **again))
    await leaves("wave-opened", open_wave(clock, ACTOR, opened, wave.code))
    await leaves(None, answer(clock, opened, wave, 20))
    receipt = invented(20, 1)[0]["_receipt"][0]
    await leaves(None, withdraw_response(clock, [wave], receipt))
    await leaves("wave-closed", close_wave(clock, ACTOR, wave.code))
    clock.now += timedelta(hours=25)
    release = await leaves("release-prepared", prepare_release(clock, ACTOR, opened, wave.code))
    await leaves(None, prepare_release(clock, ACTOR, opened, wave.code))
    await leaves(None, draw_release(clock, opened, release.code))
    await leaves("release-withheld", withhold_release(clock, ACTOR, release.code, "Not yet."))
    await leaves("release-published", publish_release(clock, ACTOR, release.code))
    clock.now = months_later(clock(), opened.retention_months)
    await leaves("responses-deleted", purge(clock, opened, ACTOR))
    await leaves("release-withdrawn", withdraw_release(clock, ACTOR, release.code, "Wrong."))
    for entry in await AuditEntry.all():
        written = f"{entry.actor} {entry.object_code} {entry.detail}"
        assert receipt not in written and PASSWORD not in written and str(token) not in written
        assert entry.at.tzinfo is not None and entry.actor in {ACTOR, "p@example.org"}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_refused_leaves_none(opened, clock) -> None:
    await found_municipality(clock)
    wave = await draft_wave(clock, opened)
    before = await AuditEntry.all().count()
    for refused in (
        close_wave(clock, ACTOR, wave.code),
        prepare_release(clock, ACTOR, opened, wave.code),
        publish_release(clock, ACTOR, "none"),
        sign_in(clock, "nobody@example.org", "wrong", 12, SignInThrottle()),
        create_account(clock, ACTOR, email="", name="", role="", password=SECRET),
    ):
        with pytest.raises(Problem):
            await refused
    assert await AuditEntry.all().count() == before


async def test_it_is_read_a_page_at_a_time(opened, clock) -> None:
    for number in range(PAGE_SIZE + 5):
        await record_action(clock, ACTOR, "wave-created", f"wave-{number}")
    newest = await list_actions()
    older = await list_actions(newest[-1].id)
    codes = [entry.object_code for entry in newest + older]
    assert codes == [f"wave-{number}" for number in reversed(range(PAGE_SIZE + 5))]
    assert len(newest) == PAGE_SIZE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_long_reason_is_cut(opened, clock) -> None:
    await record_action(clock, ACTOR, "release-withheld", "x", "y" * 5000)
    assert len((await AuditEntry.get()).detail) == 2000
