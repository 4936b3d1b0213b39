"""Every page that the product has, in the states that the demo can show: for all that must hold on each of them."""

from collections.abc import Callable
from typing import NamedTuple

from playwright.sync_api import Page, expect

from tests.browser.live_server import ADMINISTRATOR, LARGEST_DISTRICT, PASSWORD
from tests.browser.survey import RECEIPT
from tests.browser.visits import Visit

RELEASE = "safety-2026-1-r1"


class Shown(NamedTuple):
    """A page's name and how a visit gets there, in a language."""

    name: str
    go: Callable[[Visit, str], None]


def at(path: str) -> Callable[[Visit, str], None]:
    """Opens a path below the language."""

    def go(visit: Visit, language: str) -> None:
        visit.open(f"/{language}{path}")

    return go


def form(visit: Visit, language: str) -> None:
    """The first step of the form."""
    visit.open(f"/{language}/")
    visit.page.locator("main .button-main").click()
    expect(visit.page.locator("form.stepped")).to_be_visible()


def long_form(visit: Visit, language: str) -> None:
    """The form as one long page, as it is without script."""
    visit.page.route("**/survey-form.js", lambda route: route.fulfill(body="", content_type="text/javascript"))
    visit.open(f"/{language}/")
    visit.page.locator("main .button-main").click()
    expect(visit.page.locator("form[data-wave]")).to_be_visible()
    visit.page.unroute("**/survey-form.js")


def refused_form(visit: Visit, language: str) -> None:
    """The form with errors from the server."""
    long_form(visit, language)
    visit.page.locator("[data-send]").click()
    expect(visit.page.locator("#errors")).to_be_visible()


def thanks(visit: Visit, language: str) -> None:
    long_form(visit, language)
    visit.page.locator("select[name=district]").select_option(LARGEST_DISTRICT)
    visit.page.locator("#q-FEEL1").check()
    visit.page.locator("[data-send]").click()
    expect(visit.page.locator("[data-receipt]")).to_have_text(RECEIPT)


def withdrawn(visit: Visit, language: str) -> None:
    """A response, and its withdrawal."""
    thanks(visit, language)
    receipt = visit.page.locator("[data-receipt]").inner_text()
    visit.open(f"/{language}/withdraw")
    visit.page.locator("#q-_receipt").fill(receipt)
    visit.page.locator("main form button").click()
    expect(visit.page.locator("#q-_receipt")).to_have_count(0)


def refused_withdrawal(visit: Visit, language: str) -> None:
    visit.open(f"/{language}/withdraw")
    visit.page.locator("main form button").click()
    expect(visit.page.locator("#errors")).to_be_visible()


def open_folds(page: Page) -> None:
    """Unfolds what is folded away, three parts of it at most: long tables are alike, and axe reads every cell."""
    page.evaluate("[...document.querySelectorAll('main details')].slice(0, 3).forEach((fold) => (fold.open = true))")


def unfolded(path: str) -> Callable[[Visit, str], None]:
    def go(visit: Visit, language: str) -> None:
        visit.open(f"/{language}{path}")
        open_folds(visit.page)

    return go


def sign_in(visit: Visit, language: str = "en", email: str = ADMINISTRATOR) -> None:
    """To the desk, by default as the administrator, who sees every page of it."""
    visit.open(f"/{language}/staff/sign-in")
    visit.page.locator("#q-email").fill(email)
    visit.page.locator("#q-password").fill(PASSWORD)
    visit.page.locator("main form button").click()
    expect(visit.page.locator(".desk-nav")).to_be_visible()


def open_wave(visit: Visit, language: str) -> None:
    """The desk's page of the wave that is open now."""
    visit.open(f"/{language}/staff/")
    visit.page.locator(".task a").first.click()
    expect(visit.page.locator(".step")).to_be_visible()


def close_question(visit: Visit, language: str) -> None:
    open_wave(visit, language)
    visit.page.locator(".step .button").click()
    expect(visit.page.locator("main form .button")).to_have_count(2)


def refused_draft(visit: Visit, language: str) -> None:
    """The page of surveys after a draft without days."""
    visit.open(f"/{language}/staff/surveys")
    visit.page.locator("main form button").click()
    expect(visit.page.locator("#errors")).to_be_visible()


def refused_withdrawal_of_release(visit: Visit, language: str) -> None:
    """A published release after a withdrawal without a reason; nothing was withdrawn."""
    visit.open(f"/{language}/staff/releases/{RELEASE}")
    visit.page.locator("details.rare summary").click()
    visit.page.locator("details.rare button").click()
    expect(visit.page.locator("#errors")).to_be_visible()


PUBLIC = (
    Shown("start", at("/")),
    Shown("anonymity", at("/about/anonymity")),
    Shown("form", form),
    Shown("long-form", long_form),
    Shown("refused-form", refused_form),
    Shown("thanks", thanks),
    Shown("withdraw", at("/withdraw")),
    Shown("refused-withdrawal", refused_withdrawal),
    Shown("withdrawn", withdrawn),
    Shown("closed-wave", at("/survey/safety-2025-1")),
    Shown("not-found", at("/nothing-here")),
    Shown("results", unfolded("/results")),
    Shown("district", unfolded(f"/results/{RELEASE}/{LARGEST_DISTRICT}")),
    Shown("small-district", at(f"/results/{RELEASE}/hornefors")),
    Shown("downloads", at(f"/results/{RELEASE}/downloads")),
    Shown("sign-in", at("/staff/sign-in")),
)
DESK = (
    Shown("overview", at("/staff/")),
    Shown("surveys", at("/staff/surveys")),
    Shown("refused-draft", refused_draft),
    Shown("open-wave", open_wave),
    Shown("close-question", close_question),
    Shown("released-wave", at("/staff/waves/safety-2026-1")),
    Shown("releases", at("/staff/releases")),
    Shown("release", unfolded(f"/staff/releases/{RELEASE}")),
    Shown("refused-withdrawal-of-release", refused_withdrawal_of_release),
    Shown("audit", at("/staff/audit")),
    Shown("desk-not-found", at("/staff/releases/nothing")),
)
