"""Sending twice, going back, withdrawing: one person stays one response."""

from playwright.sync_api import Page, expect

from tests.browser.live_server import LARGEST_DISTRICT, Server
from tests.browser.survey import (
    SECTIONS,
    choose_district,
    next_step,
    open_survey,
    option,
    receipt_on,
    send,
    to_last_step,
)
from tests.browser.visits import Visit


def test_a_double_click_is_one_response(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    to_last_step(page)
    page.get_by_role("button", name="Send my answers").dblclick(no_wait_after=True)
    receipt = receipt_on(page)
    assert server.stored_responses() == before + 1
    assert all(f"_receipt={receipt}" in post.everything for post in resident.posts())


def test_a_double_click_without_script_is_one_response(plain_resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(plain_resident)
    choose_district(page)
    option(page, "FEEL1", "very_unsafe").check()
    page.get_by_role("button", name="Send my answers").dblclick(no_wait_after=True)
    receipt_on(page)
    assert server.stored_responses() == before + 1


def test_a_reload_of_the_thanks_is_the_same_answer(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    to_last_step(page)
    send(page)
    receipt = receipt_on(page)
    page.reload()
    assert receipt_on(page) == receipt
    assert len(resident.posts()) == 2, "the browser sent the form again"
    assert server.stored_responses() == before + 1


def test_going_back_and_sending_again_is_the_same_answer(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    to_last_step(page)
    send(page)
    receipt = receipt_on(page)
    page.go_back()
    expect(page.locator("form.stepped")).to_be_visible()
    expect(page.locator("select[name=district]")).to_have_value(LARGEST_DISTRICT)
    for _ in range(SECTIONS - 1):
        next_step(page)
    send(page)
    assert receipt_on(page) == receipt
    assert server.stored_responses() == before + 1


def test_going_back_and_sending_something_else_is_told_in_the_form(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    to_last_step(page)
    send(page)
    receipt_on(page)
    page.go_back()
    expect(page.locator("form.stepped")).to_be_visible()
    choose_district(page, "haga")
    for _ in range(SECTIONS - 1):
        next_step(page)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("Other answers have already been sent with this receipt")
    expect(page.locator("select[name=district]")).to_have_value("haga")
    assert server.stored_responses() == before + 1


def withdraw(page: Page, typed: str) -> None:
    page.get_by_role("link", name="Withdraw your answer").first.click()
    page.get_by_label("Your receipt").fill(typed)
    page.get_by_role("button", name="Withdraw my answer").click()


def test_withdrawing_with_the_receipt(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    to_last_step(page)
    send(page)
    receipt = receipt_on(page)
    assert server.stored_responses() == before + 1

    withdraw(page, "7KQ2-M4XW-9TBD")
    expect(page.locator("#errors")).to_be_visible()
    expect(page.get_by_label("Your receipt")).to_have_value("7KQ2-M4XW-9TBD")
    assert server.stored_responses() == before + 1

    # Typed as people type: small letters, no dashes, and the letter O for a nought.
    page.get_by_label("Your receipt").fill(receipt.replace("-", " ").lower().replace("0", "o"))
    page.get_by_role("button", name="Withdraw my answer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answer is withdrawn")
    assert server.stored_responses() == before

    page = resident.open("/en/withdraw")
    page.get_by_label("Your receipt").fill(receipt)
    page.get_by_role("button", name="Withdraw my answer").click()
    expect(page.locator("#errors")).to_be_visible()


def test_withdrawing_without_script(plain_resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(plain_resident)
    choose_district(page)
    option(page, "FEEL1", "very_unsafe").check()
    send(page)
    withdraw(page, receipt_on(page))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your answer is withdrawn")
    assert server.stored_responses() == before
