"""How a resident goes through the demo survey: by the texts and fields that a person sees."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.live_server import LARGEST_DISTRICT
from tests.browser.visits import Visit

RECEIPT = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
SECTIONS = 8  # the place, six sections of the questionnaire, the person
THANKS = "Thank you. Your answers have arrived."


def open_survey(visit: Visit, language: str = "en") -> Page:
    """From the first page to the form, as a resident finds it."""
    page = visit.open(f"/{language}/")
    page.locator("main .button-main").click()
    expect(page.locator("form.stepped" if visit.script else "form[data-wave]")).to_be_visible()
    return page


def option(page: Page, question: str, choice: str) -> Locator:
    """The radio button or tick box of a choice, by the codes that are stored."""
    return page.locator(f'input[name="{question}"][value="{choice}"]')


def choose_district(page: Page, district: str = LARGEST_DISTRICT) -> None:
    page.locator("select[name=district]").select_option(district)


def next_step(page: Page) -> None:
    page.get_by_role("button", name="Next").click()


def send(page: Page) -> None:
    page.get_by_role("button", name="Send my answers").click()


def to_last_step(page: Page) -> None:
    """Answers only what has to be answered, up to the last step."""
    choose_district(page)
    next_step(page)
    option(page, "FEEL1", "fairly_safe").check()
    for _ in range(SECTIONS - 2):
        next_step(page)


def receipt_on(page: Page) -> str:
    """The receipt that the thank-you page shows."""
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    shown = page.locator("[data-receipt]").inner_text()
    assert RECEIPT.fullmatch(shown), shown
    return shown


def expect_step(page: Page, number: int) -> None:
    """The progress says so in words."""
    expect(page.locator("[data-steps] p")).to_have_text(f"Step {number} of {SECTIONS}")
