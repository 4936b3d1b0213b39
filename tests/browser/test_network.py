"""Without network when sending: said plainly, nothing is lost, and sending again stores exactly one response."""

from playwright.sync_api import Route, expect

from tests.browser.live_server import Server
from tests.browser.survey import SECTIONS, expect_step, open_survey, receipt_on, send, to_last_step
from tests.browser.visits import Visit

UNSENT = "You have no connection right now, so nothing has been sent."


def test_offline_before_sending(resident: Visit, server: Server) -> None:
    before = server.stored_responses()
    page = open_survey(resident)
    to_last_step(page)
    receipt = page.locator("input[name=_receipt]").input_value()
    resident.context.set_offline(True)
    send(page)
    expect(page.get_by_role("alert")).to_contain_text(UNSENT)
    expect_step(page, SECTIONS)
    assert server.stored_responses() == before

    resident.context.set_offline(False)
    expect(page.get_by_text(UNSENT)).to_be_hidden()
    send(page)
    assert receipt_on(page) == receipt
    assert server.stored_responses() == before + 1


def test_the_answer_is_lost_on_the_way_back(resident: Visit, server: Server) -> None:
    """The server stores the response, the phone never hears of it, the resident comes back and sends again."""
    before = server.stored_responses()
    page = open_survey(resident)
    to_last_step(page)
    address = page.url
    receipt = page.locator("input[name=_receipt]").input_value()
    page.route(page.url, _deliver_and_cut, times=1)
    send(page)
    expect(page.locator("form.stepped")).to_have_count(0)
    assert server.stored_responses() == before + 1

    page.goto(address)
    expect(page.get_by_text("What you answered earlier is still here.")).to_be_visible()
    expect_step(page, SECTIONS)
    send(page)
    assert receipt_on(page) == receipt
    assert server.stored_responses() == before + 1


def _deliver_and_cut(route: Route) -> None:
    route.fetch()
    route.abort("connectionreset")
