"""What the form costs a phone on a poor network: bytes on the wire, requests, and nothing before it is asked for."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import CDPSession, expect

from tests.browser.survey import THANKS, open_survey, send, to_last_step
from tests.browser.visits import Visit

MOST_BYTES = 25_000
MOST_REQUESTS = 13  # the page, one stylesheet, the mark, the script and its modules


class Wire:
    """Counts the bytes that come over the network, headers included, as the browser's own protocol tells them."""

    def __init__(self, session: CDPSession) -> None:
        self.received: list[float] = []
        session.on("Network.loadingFinished", lambda event: self.received.append(event["encodedDataLength"]))
        session.send("Network.enable")

    @property
    def total(self) -> float:
        return sum(self.received)


@pytest.mark.parametrize("language", ["sv", "en", "ar"])
def test_the_form_and_all_that_it_loads(resident: Visit, language: str) -> None:
    page = open_survey(resident, language)
    address = urlsplit(page.url).path
    fresh = resident.context.browser.new_context(viewport=page.viewport_size)  # type: ignore[union-attr]
    try:
        cold = Visit(fresh, resident.origin, script=True)
        wire = Wire(fresh.new_cdp_session(cold.page))
        cold.open(address)
        expect(cold.page.locator("form.stepped")).to_be_visible()
        cold.page.wait_for_load_state("networkidle")
        cold.check()
    finally:
        fresh.close()
    requests = [urlsplit(sent.address).path for sent in cold.sent]
    assert len(wire.received) >= 3, "the bytes were counted"
    assert wire.total <= MOST_BYTES, f"{wire.total:.0f} bytes for {requests}"
    assert len(requests) <= MOST_REQUESTS, requests
    assert not [path for path in requests if path.endswith(".geojson")], "outlines only when tapped"


def test_a_second_page_loads_no_asset_again(resident: Visit) -> None:
    page = open_survey(resident)
    to_last_step(page)
    wire = Wire(resident.context.new_cdp_session(page))
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(THANKS)
    page.wait_for_load_state("networkidle")
    assert 0 < wire.total <= 6_000, f"{wire.total:.0f} bytes for the thank-you page"
