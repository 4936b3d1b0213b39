"""What the server refuses is told in the form: announced, with links to the fields, and nothing typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.live_server import Server
from tests.browser.survey import (
    choose_district,
    expect_step,
    next_step,
    open_survey,
    option,
    receipt_on,
    send,
    to_last_step,
)
from tests.browser.visits import Visit

NONSENSE = """([name, value]) => {
    const field = document.querySelector(`[name="${name}"]`);
    field.value = value;
    field.checked = true;
}"""


def tamper(page: Page, name: str, value: str) -> None:
    """Makes the first choice of a question one that does not exist."""
    page.evaluate(NONSENSE, [name, value])


def test_nonsense_with_script(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    to_last_step(page)
    tamper(page, "QOL1", "enormously")
    tamper(page, "TRU1", "<b>blindly</b>")
    option(page, "age", "25-34").check()
    receipt = page.locator("input[name=_receipt]").input_value()
    send(page)

    summary = page.locator("#errors")
    expect(summary).to_be_focused()
    expect(summary).to_have_attribute("role", "alert")
    expect(summary.get_by_role("heading")).to_have_text("Please check 2 things")
    expect(page).to_have_title("Please check your answers – How safe is it where you live? – Delaktig")
    assert server.stored_responses() == before

    # The form opens at the first fault; each link leads to its question, whichever step it is in.
    expect_step(page, 3)
    summary.get_by_role("link", name="trust do you have in the police").click()
    expect(page.locator("#q-TRU1")).to_be_focused()
    expect_step(page, 6)
    summary.get_by_role("link", name="worry about crime").click()
    expect(page.locator("#q-QOL1")).to_be_focused()
    expect_step(page, 3)
    group = page.get_by_role("radiogroup", name="worry about crime")
    expect(group).to_have_attribute("aria-invalid", "true")
    expect(group).to_have_accessible_description("This answer is not one of the choices. Choose one of them.")
    option(page, "QOL1", "a_little").check()
    expect(group).not_to_have_attribute("aria-invalid", "true")
    for _ in range(5):
        next_step(page)
    expect(option(page, "age", "25-34")).to_be_checked()
    send(page)
    assert receipt_on(page) == receipt, "sending again after an error is the same response"
    assert server.stored_responses() == before + 1


def test_an_empty_form_without_script(plain_resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(plain_resident)
    page.get_by_role("textbox").fill("A lamp & a <bench>")
    option(page, "PRIO1", "lighting").check()
    option(page, "PRIO1", "traffic").check()
    option(page, "housing", "rented").check()
    send(page)
    summary = page.get_by_role("alert")
    expect(summary.get_by_role("heading")).to_have_text("Please check 2 things")
    for code in ("district", "FEEL1"):
        summary.locator(f'a[href="#q-{code}"]').click()
        expect(page.locator(f"#q-{code}")).to_be_in_viewport()
    expect(page.get_by_role("textbox")).to_have_value("A lamp & a <bench>")
    for question, choice in (("PRIO1", "lighting"), ("PRIO1", "traffic"), ("housing", "rented")):
        expect(option(page, question, choice)).to_be_checked()
    assert server.stored_responses() == before
    choose_district(page)
    option(page, "FEEL1", "fairly_safe").check()
    send(page)
    receipt_on(page)
    assert server.stored_responses() == before + 1


def test_too_many_choices_without_script(plain_resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(plain_resident)
    choose_district(page)
    option(page, "FEEL1", "fairly_safe").check()
    for choice in ("lighting", "meeting_places", "traffic", "upkeep"):
        option(page, "PRIO1", choice).check()
    send(page)
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text("What should be done first where you live?")
    for choice in ("lighting", "meeting_places", "traffic", "upkeep"):
        expect(option(page, "PRIO1", choice)).to_be_checked()
    assert server.stored_responses() == before


@pytest.mark.parametrize(
    ("path", "status"),
    [("/en/survey/no-such-wave", 404), ("/en/survey/safety-2025-1", 410), ("/en/results/nothing", 404), ("/x", 404)],
)
def test_an_address_that_leads_nowhere_says_so(plain_resident: Visit, path: str, status: int) -> None:
    answer = plain_resident.page.goto(plain_resident.origin + path)
    assert answer is not None and answer.status == status
    expect(plain_resident.page.get_by_role("heading", level=1)).to_be_visible()
    expect(plain_resident.page.get_by_role("main").get_by_role("link").first).to_be_visible()
