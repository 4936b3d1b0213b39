"""The audit's page: what staff did, paged, the newest first."""

import re

from backend.audit.models import AuditEntry
from backend.audit.queries import PAGE_SIZE
from backend.audit.routes import ACTIONS
from backend.audit.services import record_action
from backend.seed import MovableClock
from backend.surveys.models import Wave
from tests.desk.conftest import SignIn
from tests.house_rules.tree import files, read
from tests.page_client import page_of


async def test_every_step_of_a_planner_is_there_under_the_planners_name(
    sign_in: SignIn, wave: Wave, clock: MovableClock
) -> None:
    desk = await sign_in("administrator")
    await desk.post(f"/en/staff/waves/{wave.code}/close")
    entry = await AuditEntry.filter(action="wave-closed").get()
    assert (entry.actor, entry.object_code) == ("administrator@example.org", wave.code)
    words = page_of(await desk.get("/en/staff/audit")).words
    assert "Wave closed early" in words and words.index("Wave closed early") < words.index("Wave opened")


async def test_the_list_is_paged_from_the_newest_to_the_oldest(sign_in: SignIn, clock: MovableClock) -> None:
    desk = await sign_in("administrator")
    for number in range(PAGE_SIZE + 5):
        await record_action(clock, "tests", "wave-created", f"wave-{number:03}", "<b>detail</b>")
    first = page_of(await desk.get("/en/staff/audit"))
    (older,) = [a["href"] for a in first.all("a") if "before=" in a.get("href", "")]
    second = page_of(await desk.get(older))
    found = [re.findall(r"wave-\d{3}", page.words) for page in (first, second)]
    assert [code for page in found for code in page] == [f"wave-{n:03}" for n in reversed(range(PAGE_SIZE + 5))]
    assert "<b>detail</b>" in first.words
    assert not [a for a in second.all("a") if "before=" in a.get("href", "")]


async def test_an_address_that_no_page_begins_at_is_not_found(sign_in: SignIn) -> None:
    desk = await sign_in("administrator")
    for before in ("x", "-1", "1" * 19, "٣", ""):
        assert (await desk.get("/en/staff/audit", params={"before": before})).status_code == 404, before


def test_every_recorded_action_has_words() -> None:
    code = "\n".join(read(name) for name in files("backend/", ".py") if not name.endswith("audit/routes.py"))
    recorded = set(re.findall(r'record_action\(\s*clock,\s*[\w.]+,\s*"([a-z-]+)"', code))
    recorded |= set(re.findall(r'_change\(clock, actor, code, "([a-z-]+)"', code))
    assert len(recorded) > 8
    assert recorded - set(ACTIONS) == set()
