"""A resident answers in English on a phone 360 pixels wide."""

from playwright.sync_api import expect

from tests.browser.live_server import Server
from tests.browser.survey import (
    SECTIONS,
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


def test_with_script_step_by_step(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    expect_step(page, 1)

    next_step(page)
    expect(page.get_by_role("alert")).to_have_text(
        "Please choose your district, or “Elsewhere, or I would rather not say”."
    )
    expect(page.locator("select[name=district]")).to_be_focused()
    choose_district(page)
    expect(page.get_by_role("alert")).to_have_count(0)
    next_step(page)

    expect_step(page, 2)
    expect(page.get_by_role("heading", name="How it feels")).to_be_focused()
    page.get_by_role("radiogroup", name="out alone near your home after dark").get_by_label("Fairly safe").check()
    next_step(page)
    option(page, "QOL1", "a_little").check()
    next_step(page)
    next_step(page)

    # The question about the police is asked only of those to whom something happened.
    expect(option(page, "REP1", "yes")).to_be_hidden()
    option(page, "EXP", "once").check()
    option(page, "REP1", "yes").check()
    option(page, "EXP", "none").check()
    expect(option(page, "REP1", "yes")).to_be_hidden()
    next_step(page)
    next_step(page)

    # Three may be chosen; a fourth is taken back with an explanation.
    for choice in ("lighting", "meeting_places", "traffic"):
        option(page, "PRIO1", choice).check()
    option(page, "PRIO1", "upkeep").click()
    expect(option(page, "PRIO1", "upkeep")).not_to_be_checked()
    expect(page.get_by_role("alert")).to_have_text("You can choose at most 3. Untick one first.")
    option(page, "PRIO1", "traffic").uncheck()
    option(page, "PRIO1", "upkeep").check()
    page.get_by_role("textbox").fill("A lamp at the bus stop")
    expect(page.get_by_text("Characters left: 118")).to_be_visible()
    next_step(page)

    expect_step(page, SECTIONS)
    option(page, "age", "35-49").check()
    page.get_by_role("button", name="Back").click()
    expect_step(page, SECTIONS - 1)
    next_step(page)
    expect(option(page, "age", "35-49")).to_be_checked()
    send(page)

    receipt = receipt_on(page)
    (post,) = resident.posts()
    assert f"_receipt={receipt}" in post.everything, "the receipt was made on the phone"
    assert "REP1" not in post.everything, "a question that was routed away is not sent"
    assert server.stored_responses() == before + 1


def test_without_script_on_one_page(plain_resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(plain_resident)
    carried = page.locator("input[name=_receipt]").get_attribute("value")
    expect(page.get_by_role("button", name="Next")).to_be_hidden()
    expect(page.get_by_role("button", name="Find my district for me")).to_be_hidden()
    expect(page.get_by_text("Answer only if you answered")).to_be_visible()
    choose_district(page)
    option(page, "FEEL1", "very_unsafe").check()
    option(page, "EXP", "twice").check()
    option(page, "REP1", "no").check()
    option(page, "gender", "woman").check()
    send(page)
    assert receipt_on(page) == carried, "without script the form page carries the receipt"
    expect(page.get_by_role("button", name="Copy the receipt")).to_be_hidden()
    assert server.stored_responses() == before + 1


def test_dont_know_stands_alone(resident: Visit) -> None:
    page = open_survey(resident)
    to_last_step(page)
    page.get_by_role("button", name="Back").click()
    option(page, "PRIO1", "lighting").check()
    option(page, "PRIO1", "_dont_know").check()
    expect(option(page, "PRIO1", "lighting")).not_to_be_checked()
    option(page, "PRIO1", "traffic").check()
    expect(option(page, "PRIO1", "_dont_know")).not_to_be_checked()


def test_the_receipt_can_be_copied(resident: Visit) -> None:
    resident.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = open_survey(resident)
    to_last_step(page)
    send(page)
    receipt = receipt_on(page)
    page.get_by_role("button", name="Copy the receipt").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == receipt
