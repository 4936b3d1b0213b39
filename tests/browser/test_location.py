""" "Where am I": the phone finds the district by itself, and where it is leaves it in no request."""

from playwright.sync_api import Page, expect

from tests.browser.survey import open_survey
from tests.browser.visits import Visit

AT_HAGA = {"latitude": 63.83245, "longitude": 20.27654, "accuracy": 20}
AT_SEA = {"latitude": 63.4, "longitude": 20.9, "accuracy": 20}
VAGUE = {**AT_HAGA, "accuracy": 4000}


def find_my_district(visit: Visit) -> Page:
    page = open_survey(visit)
    assert not [sent for sent in visit.sent if "geojson" in sent.address], "outlines are loaded only when asked for"
    page.get_by_role("button", name="Find my district for me").click()
    return page


def expect_coordinates_stay(visit: Visit, position: dict[str, float]) -> None:
    """No request holds the place, not even shortened to a hundredth of a degree."""
    for name in ("latitude", "longitude"):
        shortened = f"{position[name]:.3f}"[:-1]
        assert not [sent.address for sent in visit.sent if shortened in sent.everything]


def test_the_district_is_chosen(resident: Visit) -> None:
    resident.context.grant_permissions(["geolocation"])
    resident.context.set_geolocation(AT_HAGA)
    page = find_my_district(resident)
    expect(page.get_by_text("You seem to be in Haga. Choose another if you live elsewhere.")).to_be_visible()
    expect(page.locator("select[name=district]")).to_have_value("haga")
    page.reload()
    expect(page.locator("select[name=district]")).to_have_value("haga")
    assert len([sent for sent in resident.sent if "geojson" in sent.address]) == 1
    expect_coordinates_stay(resident, AT_HAGA)


def test_refused(resident: Visit) -> None:
    page = find_my_district(resident)
    expect(page.get_by_text("Your phone did not let us see where you are.")).to_be_visible()
    expect(page.locator("select[name=district]")).to_have_value("")


def test_outside_every_district(resident: Visit) -> None:
    resident.context.grant_permissions(["geolocation"])
    resident.context.set_geolocation(AT_SEA)
    page = find_my_district(resident)
    expect(page.get_by_text("This place is outside our districts.")).to_be_visible()
    expect(page.locator("select[name=district]")).to_have_value("")
    expect_coordinates_stay(resident, AT_SEA)


def test_too_vague_to_say(resident: Visit) -> None:
    resident.context.grant_permissions(["geolocation"])
    resident.context.set_geolocation(VAGUE)
    page = find_my_district(resident)
    expect(page.get_by_text("Your phone could not find where you are.")).to_be_visible()
    expect(page.locator("select[name=district]")).to_have_value("")


def test_without_network(resident: Visit) -> None:
    resident.context.grant_permissions(["geolocation"])
    resident.context.set_geolocation(AT_HAGA)
    page = open_survey(resident)
    resident.context.set_offline(True)
    page.get_by_role("button", name="Find my district for me").click()
    expect(page.get_by_text("The map of districts could not be loaded.")).to_be_visible()
    expect(page.locator("select[name=district]")).to_have_value("")
