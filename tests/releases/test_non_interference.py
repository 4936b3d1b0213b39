"""Before a release, nothing that anyone can see depends on what was answered, or on how many did."""

import logging
import shutil
from datetime import timedelta

import httpx

from backend.app import create_app
from backend.config import load_settings
from backend.releases import progress
from backend.releases.services import prepare_release
from backend.responses import routes
from backend.seed import MovableClock
from backend.surveys.services import close_wave
from tests.conftest import NOON
from tests.municipality import ACTOR, ANSWERS, PASSWORD, RECEIPT, form_of, make_planner, start_wave
from tests.page_client import PageClient
from tests.releases.loop import answer

Seen = list[tuple[object, ...]]


async def see(client: PageClient, seen: Seen, addresses: list[str]) -> None:
    for address in addresses:
        for accept in ("text/html", "application/json"):
            response = await client.get(address, headers={"Accept": accept})
            seen.append(view(response))


def view(response: httpx.Response) -> tuple[object, ...]:
    return str(response.request.url), response.status_code, sorted(response.headers.items()), response.content


async def observe(database_url: str, number: int, seed: int) -> Seen:
    """Every page, error and API answer about a wave that so many answered, up to the drawing of its release."""
    environment = {"DELAKTIG_DATABASE_URL": database_url, "DELAKTIG_SESSION_HOURS": "168"}
    settings = load_settings({**environment, "DELAKTIG_PUBLIC_URL": "http://testserver"})
    clock, seen = MovableClock(NOON), []
    app = create_app(settings, clock)
    async with app.router.lifespan_context(app), PageClient(app) as client:
        wave = await start_wave(clock, settings, grace_hours=1)
        await make_planner(clock, role="administrator")
        form, code = f"/en/survey/{wave.code}", wave.code
        resident = ["/en/", form, "/en/withdraw", "/en/results", f"/en/results/{code}-r1", "/health/ready"]
        resident += ["/api/v1/openapi.json", "/api/v1/waves", f"/releases/{code}-r1/files/results.csv"]
        desk = ["/en/staff/", "/en/staff/surveys", f"/en/staff/waves/{code}", "/en/staff/releases", "/en/staff/audit"]
        desk += [f"/en/staff/releases/{code}-r1", f"/en/staff/releases/{code}-r1/files/results.csv"]
        await client.post("/en/staff/sign-in", data={"email": "planner@example.org", "password": PASSWORD})
        for night in range(2):
            await answer(clock, settings, wave, number, seed + night)
            clock.now += timedelta(hours=13)
            await progress.take_due_looks(clock, settings)
            clock.now += timedelta(hours=11)
            await see(client, seen, resident + desk)
        seen.append(view(await client.post(form, data=form_of(ANSWERS))))
        seen.append(view(await client.post(form, data=form_of({**ANSWERS, "FEEL1": "very_unsafe"}))))
        seen.append(view(await client.post(form, json={"receipt": RECEIPT, "answers": {}})))
        seen.append(view(await client.post("/en/withdraw", data={"_receipt": "ZZZZ-ZZZZ-ZZZZ-ZZZZ"})))
        seen.append(view(await client.post("/en/withdraw", data={"_receipt": RECEIPT})))
        await close_wave(clock, ACTOR, code)
        clock.now += timedelta(hours=2)
        await see(client, seen, resident + desk)
        await prepare_release(clock, ACTOR, settings, code)
        await see(client, seen, resident + desk)
    return seen


async def test_two_waves_with_different_answers_look_the_same(sqlite_template, tmp_path, monkeypatch, caplog) -> None:
    monkeypatch.setattr(progress, "draw", lambda vector, sigma: [1234 for _ in vector])
    monkeypatch.setattr(routes, "_new_receipt", lambda: RECEIPT)
    seen, logs = [], []
    for number, seed in ((3, 1), (250, 100)):
        path = tmp_path / f"{number}.sqlite3"
        shutil.copy(sqlite_template, path)
        caplog.clear()
        with caplog.at_level(logging.INFO, logger="delaktig"):
            seen.append(await observe(f"sqlite://{path}", number, seed))
        logs.append([(r.name, r.levelname, r.getMessage()) for r in caplog.records if r.name.startswith("delaktig")])
    assert len(seen[0]) > 100 and logs[0]
    for one, other in zip(*seen, strict=True):
        assert one == other
    assert logs[0] == logs[1]
    found = {status for _, status, *_ in seen[0]}
    assert {200, 404, 409, 422} <= found and not found & {500, 503}
    assert any(b"1,250" in content for *_, content in seen[0]), "the noisy look is shown"
