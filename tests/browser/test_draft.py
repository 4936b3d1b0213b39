"""Half an answer survives: a reload, a closed page, and a browser that refuses to store anything."""

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

KEPT = "What you answered earlier is still here."
REFUSE_STORAGE = """
    Object.defineProperty(window, "localStorage", { get() { throw new DOMException("refused", "SecurityError"); } });
"""


def drafts(page: Page) -> list[str]:
    """The names of what is kept on this phone."""
    return page.evaluate("Object.keys(localStorage)")


def answer_half(page: Page) -> None:
    choose_district(page, "haga")
    next_step(page)
    option(page, "FEEL1", "very_safe").check()
    next_step(page)
    option(page, "WOR1", "often").check()


def expect_half_answered(page: Page) -> None:
    expect_step(page, 3)
    expect(page.get_by_text(KEPT)).to_be_visible()
    expect(option(page, "WOR1", "often")).to_be_checked()
    page.get_by_role("button", name="Back").click()
    expect(option(page, "FEEL1", "very_safe")).to_be_checked()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("select[name=district]")).to_have_value("haga")


def test_a_reload_keeps_what_was_answered(resident: Visit) -> None:
    page = open_survey(resident)
    answer_half(page)
    page.reload()
    expect_half_answered(page)


def test_a_closed_page_opens_where_it_was_left_and_the_draft_goes_when_sent(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    answer_half(page)
    made_on_the_phone = page.locator("input[name=_receipt]").input_value()
    page.close()
    resident.page = resident.context.new_page()
    page = open_survey(resident)
    expect_half_answered(page)
    assert page.locator("input[name=_receipt]").input_value() == made_on_the_phone
    for _ in range(7):
        next_step(page)
    send(page)
    assert receipt_on(page) == made_on_the_phone
    expect(page.locator("main")).to_be_visible()
    page.wait_for_function("Object.keys(localStorage).length === 0")
    page = open_survey(resident)
    expect_step(page, 1)
    expect(page.get_by_text(KEPT)).to_be_hidden()
    expect(page.locator("select[name=district]")).to_have_value("")
    assert server.stored_responses() == before + 1


def test_start_over_forgets_the_draft(resident: Visit) -> None:
    page = open_survey(resident)
    answer_half(page)
    first = page.locator("input[name=_receipt]").input_value()
    page.reload()
    page.get_by_role("button", name="Start over").click()
    expect_step(page, 1)
    expect(page.get_by_text(KEPT)).to_be_hidden()
    expect(page.locator("select[name=district]")).to_have_value("")
    expect(option(page, "WOR1", "often")).not_to_be_checked()
    assert drafts(page) == []
    assert page.locator("input[name=_receipt]").input_value() != first
    page.reload()
    expect_step(page, 1)
    expect(page.get_by_text(KEPT)).to_be_hidden()


def test_nothing_is_kept_of_a_form_that_was_only_looked_at(resident: Visit) -> None:
    page = open_survey(resident)
    page.locator("select[name=district]").focus()
    page.reload()
    expect_step(page, 1)
    expect(page.get_by_text(KEPT)).to_be_hidden()
    assert drafts(page) == []


def test_without_storage_the_form_still_works(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    resident.context.add_init_script(REFUSE_STORAGE)
    page = open_survey(resident)
    to_last_step(page)
    send(page)
    receipt_on(page)
    assert server.stored_responses() == before + 1
