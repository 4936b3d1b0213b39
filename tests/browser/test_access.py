"""Everyone can use every page: axe finds nothing, nothing scrolls sideways, and a keyboard reaches all of it."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser import visits
from tests.browser.live_server import Server
from tests.browser.pages import DESK, PUBLIC, Shown, sign_in
from tests.browser.visits import Visit

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
NARROW = (320, 360)
EVERY_PAGE = [pytest.param(shown, id=shown.name) for shown in (*PUBLIC, *DESK)]

# Every place that the tab key stops at, in the order of the page; a group of radio buttons is one stop.
STOPS = """() => {
    const seen = new Set();
    const shown = (element) => element.checkVisibility({ visibilityProperty: true });
    const stops = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
        .filter((element) => shown(element) && !element.disabled && element.type !== "hidden");
    return stops.filter((element) => {
        if (element.type !== "radio") return true;
        const first = !seen.has(element.name);
        seen.add(element.name);
        return first;
    }).length;
}"""
# Where the focus is now, and whether it can be seen. A date field is several stops in one.
HERE = """() => {
    const element = document.activeElement;
    if (!element || element === document.body) return null;
    const first = element.dataset.visited !== "yes";
    element.dataset.visited = "yes";
    const marked = [element, element.nextElementSibling].filter(Boolean).some((one) => {
        const style = getComputedStyle(one);
        return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
    const box = (element.closest("label") ?? element).getBoundingClientRect();
    const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    return { name: element.outerHTML.slice(0, 120), first, marked, seen };
}"""
STOPS_IN_A_DATE = 4


@pytest.fixture(scope="package")
def readers(chromium: Browser, server: Server) -> Iterator[dict[str, Visit]]:
    """One visit for residents' pages and one that is signed in at the desk, kept for all pages."""
    made = {name: visits.visit(chromium, server.address) for name in ("public", "desk")}
    sign_in(made["desk"])
    yield made
    for one in made.values():
        one.context.close()
        one.check()


@pytest.fixture
def open_page(readers: dict[str, Visit]) -> Callable[[Shown, str], Page]:
    def open_it(shown: Shown, language: str) -> Page:
        visit = readers["desk" if shown in DESK else "public"]
        visit.page.set_viewport_size(visits.PHONE)
        shown.go(visit, language)
        return visit.page

    return open_it


def violations(page: Page) -> list[str]:
    """What axe objects to: the rule, and where."""
    found = Axe().run(page, options={"resultTypes": ["violations"], **RULES}).response["violations"]
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found for node in rule["nodes"]]


@pytest.mark.parametrize("language", ["sv", "ar"])
@pytest.mark.parametrize("shown", EVERY_PAGE)
def test_a_page(open_page: Callable[[Shown, str], Page], shown: Shown, language: str) -> None:
    """Colours do not depend on the language, so light and dark are looked at in one of them each."""
    page = open_page(shown, language)
    from_right = language == "ar"
    assert page.locator("html").get_attribute("dir") == ("rtl" if from_right else "ltr")
    page.emulate_media(color_scheme="dark" if from_right else "light")
    assert violations(page) == []
    for width in NARROW:
        page.set_viewport_size({"width": width, "height": 740})
        wide = page.evaluate("document.scrollingElement.scrollWidth")
        assert wide <= width, f"{wide} pixels wide on a phone of {width}"


@pytest.mark.parametrize("shown", EVERY_PAGE)
def test_a_page_by_keyboard(open_page: Callable[[Shown, str], Page], shown: Shown) -> None:
    page = open_page(shown, "en")
    expected = page.evaluate(STOPS)
    presses = expected + 2 + STOPS_IN_A_DATE * page.locator("input[type=date]").count()
    reached = 0
    for _ in range(presses):
        page.keyboard.press("Tab")
        stop = page.evaluate(HERE)
        if stop is None:
            continue  # from the last place back to the first one leads through the browser's own buttons
        reached += stop["first"]
        # Inside a date field the browser marks its own parts.
        assert stop["marked"] or not stop["first"], f"focus cannot be seen on {stop['name']}"
        assert stop["seen"], f"focus is out of sight on {stop['name']}"
    assert reached == expected > 3
