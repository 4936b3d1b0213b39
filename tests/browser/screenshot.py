"""Pictures of the product: `python -m tests.browser.screenshot` writes the README's, with `--all` every page's.

The README's picture shows two phones side by side, a step of the form and the results of a district. With `--all`
every page goes into `artefacts/`, on a phone and at a desk, in three languages, for people to look at.
"""

import argparse
import base64
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from backend.config import ROOT
from tests.browser import visits
from tests.browser.live_server import Server, seed, serving
from tests.browser.pages import DESK, PUBLIC, RELEASE, sign_in
from tests.browser.survey import choose_district, next_step, open_survey, option
from tests.browser.visits import Visit

README_PICTURE = ROOT / "backend" / "demo" / "umea" / "screenshot.png"
ARTEFACTS = ROOT / "artefacts"
PHONE = {"width": 390, "height": 720}
MOST_BYTES = 200_000
SCALE = 1.5
SHEET = """<style>
body { margin: 0; } main { display: flex; gap: 28px; inline-size: max-content; padding: 28px; background: #e4ded3; }
img { inline-size: 390px; border-radius: 14px; }
</style><main><img src="data:image/png;base64,%s"><img src="data:image/png;base64,%s"></main>"""


def readme_picture(browser: Browser, server: Server) -> None:
    """Two phones on one sheet. Raises ValueError when the file is too large for a README."""
    screens = []
    for shoot in (_form_step, _district):
        visit = visits.visit(browser, server.address, viewport=PHONE, device_scale_factor=SCALE)
        screens.append(shoot(visit).screenshot())
        visit.context.close()
    sheet = browser.new_page(viewport={"width": 100, "height": 100}, device_scale_factor=SCALE)
    sheet.set_content(SHEET % tuple(base64.b64encode(screen).decode() for screen in screens))
    sheet.locator("main").screenshot(path=README_PICTURE)
    if (size := README_PICTURE.stat().st_size) > MOST_BYTES:
        raise ValueError(f"{README_PICTURE.name} has {size} bytes, more than {MOST_BYTES}")


def _form_step(visit: Visit) -> Page:
    page = open_survey(visit)
    choose_district(page)
    next_step(page)
    option(page, "FEEL1", "fairly_safe").check()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    return page


def _district(visit: Visit) -> Page:
    page = visit.open(f"/en/results/{RELEASE}/ersboda")
    page.evaluate("scrollTo(0, 0)")
    return page


def all_pages(browser: Browser, server: Server) -> None:
    """`artefacts/<language>-<width>-<page>.png` of every page, as long as it is."""
    ARTEFACTS.mkdir(exist_ok=True)
    for size in (visits.PHONE, visits.DESK):
        public, desk = (visits.visit(browser, server.address, viewport=size) for _ in range(2))
        sign_in(desk)
        for language in ("sv", "en", "ar"):
            for shown in (*PUBLIC, *DESK):
                visit = desk if shown in DESK else public
                shown.go(visit, language)
                name = f"{language}-{size['width']}-{shown.name}.png"
                visit.page.screenshot(path=ARTEFACTS / name, full_page=True)
        public.context.close()
        desk.context.close()


def main() -> None:
    """Seeds a demo of its own, serves it and takes the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--all", action="store_true", help="every page, into artefacts/")
    options = parser.parse_args()
    program = visits.find_chromium()
    if program is None:
        sys.exit("chromium is not installed")
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite://{folder}/demo.sqlite3"
        seed(database_url, responses="9000")
        with (
            serving(database_url, Path(folder) / "log") as server,
            sync_playwright() as playwright,
            visits.browser(playwright, program) as browser,
        ):
            (all_pages if options.all else readme_picture)(browser, server)


if __name__ == "__main__":
    main()
