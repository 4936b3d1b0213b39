"""The start page, the page about anonymity, and the way from the bare address to them."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.releases.queries import list_published_releases
from backend.surveys.queries import list_open_waves, questionnaire_of
from backend.web.access import public
from backend.web.languages import current_language, last_day
from backend.web.templating import render


@public
async def choose_language(request: Request) -> Response:
    """From the bare address to the start page in the language the browser asks for."""
    return RedirectResponse(f"/{current_language()}/", status_code=302, headers={"Vary": "Accept-Language"})


@public
async def show_start(request: Request) -> Response:
    state = request.app.state
    waves = [
        {
            "code": wave.code,
            "title": questionnaire_of(wave).title,
            "ends_on": last_day(wave.ends_at, state.settings.zone),
        }
        for wave in await list_open_waves(state.clock())
    ]
    releases = [
        {"code": release.code, "title": questionnaire_of(release.wave).title}
        for release in await list_published_releases()
    ]
    return render(request, "pages/start/start.html", {"waves": waves, "releases": releases})


@public
async def show_anonymity(request: Request) -> Response:
    return render(request, "pages/about/anonymity.html")


page_routes = [
    Route("/", show_start, methods=["GET"]),
    Route("/about/anonymity", show_anonymity, methods=["GET"]),
]
routes = [Route("/", choose_language, methods=["GET"])]
