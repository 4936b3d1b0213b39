"""The desk's pages of releases: prepared apart, previewed with noise, published, withheld, withdrawn."""

import asyncio
import gzip
import itertools
import re
from datetime import timedelta
from fractions import Fraction

from tortoise.transactions import in_transaction

from backend.budget.models import LedgerEntry
from backend.budget.services import charge_budget, lock_ledger
from backend.config import Settings
from backend.releases.apart import is_drawing
from backend.releases.models import Release
from backend.releases.queries import get_file, list_figures, list_files, release_state
from backend.releases.services import draw_release, prepare_release, publish_release, withdraw_release
from backend.seed import MovableClock
from backend.surveys.models import Wave
from tests.desk.conftest import Answer, SignIn
from tests.municipality import ACTOR, draft_wave, found_municipality
from tests.page_client import PageClient, page_of

HAMNEN, STRANDEN = 137, 114


def desk_address(release: Release) -> str:
    return f"/en/staff/releases/{release.code}"


async def state_of(release: Release) -> str:
    return release_state(await Release.get(id=release.id))


async def drawn(release: str) -> None:
    """Waits for the child process that draws."""
    for _ in range(2400):
        if not is_drawing(release):
            return
        await asyncio.sleep(0.05)
    raise AssertionError("the drawing never ended")


async def test_preparing_charges_once_and_draws_in_a_process_of_its_own(
    desk: PageClient, closed: Wave, clock: MovableClock
) -> None:
    address = f"/en/staff/waves/{closed.code}"
    assert page_of(await desk.get(address)).all("form", action=f"{address}/prepare")
    answers = [await desk.post(f"{address}/prepare") for _ in range(2)]
    (release,) = await Release.all()
    assert [(a.status_code, a.headers["location"]) for a in answers] == [(303, desk_address(release))] * 2
    waiting = page_of(await desk.get(desk_address(release)))
    assert waiting.all("meta", **{"http-equiv": "refresh", "content": "3"})
    assert "being prepared" in waiting.words
    await drawn(release.code)
    ready = page_of(await desk.get(desk_address(release)))
    assert "Preview" in ready.words and not ready.all("meta", **{"http-equiv": "refresh"})
    assert await state_of(release) == "stored"
    assert await LedgerEntry.filter(purpose__startswith="release:").count() == 1
    assert not page_of(await desk.get(address)).all("form", action=f"{address}/prepare")


async def test_an_interrupted_preparation_starts_again_under_the_same_charge(
    desk: PageClient, charged: Release
) -> None:
    page = page_of(await desk.get(desk_address(charged)))
    assert "was interrupted" in page.words and not page.all("meta", **{"http-equiv": "refresh"})
    assert page.all("form", action=f"{desk_address(charged)}/draw")
    assert "interrupted" in page_of(await desk.get("/en/staff/")).words
    assert (await desk.post(f"{desk_address(charged)}/draw")).status_code == 303
    await drawn(charged.code)
    assert await state_of(charged) == "stored"
    kept = await get_file(charged, "results.csv")
    # Asked again, a stored release stays as it is.
    assert (await desk.post(f"{desk_address(charged)}/draw")).status_code == 303
    await drawn(charged.code)
    assert await get_file(charged, "results.csv") == kept
    assert await LedgerEntry.filter(purpose__startswith="release:").count() == 1


async def test_a_wave_that_still_takes_answers_cannot_be_prepared(
    desk: PageClient, wave: Wave, clock: MovableClock
) -> None:
    for past in (timedelta(0), timedelta(days=14)):
        clock.now += past
        answer = await desk.post(f"/en/staff/waves/{wave.code}/prepare")
        assert answer.status_code == 409
        assert "still takes answers" in page_of(answer).words
    assert not await Release.all().exists()


async def test_a_draft_cannot_be_prepared(desk: PageClient, clock: MovableClock, settings: Settings) -> None:
    await found_municipality(clock)
    wave = await draft_wave(clock, settings)
    answer = await desk.post(f"/en/staff/waves/{wave.code}/prepare")
    assert answer.status_code == 409
    assert "is not open" in page_of(answer).words


async def test_a_spent_budget_is_told_and_nothing_is_prepared(
    desk: PageClient, closed: Wave, clock: MovableClock, settings: Settings
) -> None:
    async with in_transaction():
        await lock_ledger()
        await charge_budget(
            clock, year=closed.planned_year, cap=settings.survey_budget, purpose="test", rho=Fraction(3, 20)
        )
    address = f"/en/staff/waves/{closed.code}"
    page = page_of(await desk.get(address))
    assert "cannot be released" in page.words and not page.all("form", action=f"{address}/prepare")
    answer = await desk.post(f"{address}/prepare")
    assert answer.status_code == 409
    assert "does not allow this" in page_of(answer).words
    assert "not all of them can be released" in page_of(await desk.get("/en/staff/")).words
    assert not await Release.all().exists()


async def test_publishing_is_one_step_and_pressing_twice_is_harmless(desk: PageClient, stored: Release) -> None:
    page = page_of(await desk.get(desk_address(stored)))
    assert "publish themselves on" in page.words
    for _ in range(2):
        answer = await desk.post(f"{desk_address(stored)}/publish")
        assert (answer.status_code, answer.headers["location"]) == (303, desk_address(stored))
    assert await state_of(stored) == "published"
    page = page_of(await desk.get(desk_address(stored)))
    assert page.all("a", href=f"/en/results/{stored.code}")
    assert not page.all("form", action=f"{desk_address(stored)}/publish")


async def test_withholding_needs_a_public_reason(desk: PageClient, stored: Release) -> None:
    address = f"{desk_address(stored)}/withhold"
    answer = await desk.post(address, data={"reason": "  \n"})
    assert answer.status_code == 422
    page = page_of(answer)
    assert page.all("a", href="#q-reason") and page.all("textarea", name="reason")[0]["aria-invalid"] == "true"
    assert await state_of(stored) == "stored"
    reason = "A question was <wrong>."
    for _ in range(2):
        assert (await desk.post(address, data={"reason": reason})).status_code == 303
    assert await state_of(stored) == "withheld"
    assert reason in page_of(await desk.get(desk_address(stored))).words
    assert "withheld" in page_of(await desk.get("/en/staff/")).words
    assert (await desk.post(f"{desk_address(stored)}/publish")).status_code == 303
    assert await state_of(stored) == "published"


async def test_withdrawing_is_for_good(desk: PageClient, stored: Release, clock: MovableClock) -> None:
    await publish_release(clock, ACTOR, stored.code)
    address = f"{desk_address(stored)}/withdraw"
    assert (await desk.post(address)).status_code == 415
    assert (await desk.post(address, data={"reason": ""})).status_code == 422
    for _ in range(2):
        assert (await desk.post(address, data={"reason": "The weights were wrong."})).status_code == 303
    assert await state_of(stored) == "withdrawn"
    page = page_of(await desk.get(desk_address(stored)))
    assert "The weights were wrong." in page.words and not page.all("form", action=f"{desk_address(stored)}/publish")


async def test_a_step_that_the_state_does_not_allow_is_refused(
    desk: PageClient, charged: Release, clock: MovableClock, settings: Settings
) -> None:
    async def refused(*steps: str) -> None:
        state = await state_of(charged)
        for step in steps:
            answer = await desk.post(f"{desk_address(charged)}/{step}", data={"reason": "Why not"})
            assert answer.status_code == 409, (state, step)
            assert "cannot be changed in that way" in page_of(answer).words
            assert await state_of(charged) == state

    await refused("publish", "withhold", "withdraw")
    await draw_release(clock, settings, charged.code)
    await refused("withdraw")
    await publish_release(clock, ACTOR, charged.code)
    await refused("withhold")
    await withdraw_release(clock, ACTOR, charged.code, "wrong")
    await refused("publish", "withhold")


async def test_staff_get_the_files_before_they_are_public(desk: PageClient, stored: Release) -> None:
    offered = await list_files(stored)
    page = page_of(await desk.get(desk_address(stored)))
    for file in offered:
        address = f"{desk_address(stored)}/files/{file.name}"
        assert page.all("a", href=address)
        answer = await desk.get(address)
        assert answer.content == gzip.decompress((await get_file(stored, file.name)).gzipped)
        assert answer.headers["content-disposition"] == f'attachment; filename="{stored.code}-{file.name}"'
        assert answer.headers["cache-control"] == "no-store"
    for unknown in ("figures.json", "secrets.txt"):
        assert (await desk.get(f"{desk_address(stored)}/files/{unknown}")).status_code == 404


async def test_the_preview_shows_the_stored_figures(
    desk: PageClient, wave: Wave, clock: MovableClock, settings: Settings, answer: Answer
) -> None:
    await answer(wave, "hamnen", 300)
    clock.now += timedelta(days=16)
    release = await prepare_release(clock, ACTOR, settings, wave.code)
    await draw_release(clock, settings, release.code)
    page = page_of(await desk.get(desk_address(release)))
    hamnen = [f for f in await list_figures(release) if f.place == "hamnen" and not f.group]
    (count,) = [f for f in hamnen if f.measure == "respondents" and not f.variable]
    (share,) = [f for f in hamnen if f.variable == "FEEL1"]
    assert share.status == "published" and None not in (share.estimate, share.low, share.high)
    shown = f"{round(share.estimate * 100)} {round(share.low * 100)}–{round(share.high * 100)}"
    assert "are safe out after dark" in page.words
    cells = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", (await desk.get(desk_address(release))).text))
    assert shown in cells and f"{round(count.estimate / 10) * 10:,}" in cells
    assert "3 districts have too few answers" in page.words and "too few" in cells


async def test_no_page_of_the_desk_shows_an_exact_count(
    sign_in: SignIn, wave: Wave, clock: MovableClock, settings: Settings, answer: Answer
) -> None:
    desk = await sign_in("administrator")
    await answer(wave, "hamnen", HAMNEN)
    await answer(wave, "stranden", STRANDEN)
    pages = ["", "surveys", "releases", "audit", f"waves/{wave.code}"]
    seen = [page_of(await desk.get(f"/en/staff/{page}")).words for page in pages]
    clock.now += timedelta(days=16)
    release = await prepare_release(clock, ACTOR, settings, wave.code)
    seen += [page_of(await desk.get(f"/en/staff/{page}")).words for page in (*pages, f"releases/{release.code}")]
    await draw_release(clock, settings, release.code)
    seen += [page_of(await desk.get(f"/en/staff/{page}")).words for page in (*pages, f"releases/{release.code}")]
    # Noisy numbers are shown to tens or fifties, so none of these three can stand there by chance.
    exact = {str(HAMNEN), str(STRANDEN), str(HAMNEN + STRANDEN)}
    assert [words for words in seen if exact & set(re.findall(r"[\d,]+", words))] == []


async def test_every_page_is_there_in_every_language(sign_in: SignIn, stored: Release) -> None:
    desk = await sign_in("administrator")
    wave = stored.code.removesuffix("-r1")
    pages = ("", "surveys", f"waves/{wave}", "releases", f"releases/{stored.code}", "audit")
    for language, page in itertools.product(("sv", "en", "ar"), pages):
        answer = await desk.get(f"/{language}/staff/{page}")
        assert answer.status_code == 200
        (html,) = page_of(answer).all("html")
        assert (html["lang"], html["dir"]) == (language, "rtl" if language == "ar" else "ltr")
        assert answer.headers["cache-control"] == "no-store"
