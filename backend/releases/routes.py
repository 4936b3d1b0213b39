"""Results for everyone: pages of a city and its districts, the downloads, and the stored files themselves."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.core.figures import Figure
from backend.core.plan import areas
from backend.core.questions import ELSEWHERE, Texts
from backend.core.respondents import CITY
from backend.districts.queries import list_areas, list_districts
from backend.errors import Problem
from backend.releases import views
from backend.releases.loss import list_losses
from backend.releases.models import Release
from backend.releases.queries import (
    find_release_before,
    get_offered_file,
    get_public_release,
    list_figures,
    list_files,
    list_published_releases,
    list_silent_releases,
    release_state,
)
from backend.releases.views import Place, Since
from backend.surveys.queries import plan_of, questionnaire_of
from backend.web.access import Handler, public
from backend.web.downloads import send_stored
from backend.web.languages import format_day, last_day, last_month
from backend.web.problems import wants_json
from backend.web.templating import render

MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "geojson": "application/geo+json",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
}
# What a browser shows by itself is opened, everything else is saved.
_READABLE = frozenset({"json", "md"})
# A withdrawal has to be seen at once, so pages are asked for anew each time; only the files are kept for ever.
_FRESH = {"Cache-Control": "no-cache"}

ShowRelease = Callable[[Request, Release], Awaitable[Response]]


def _of_release(show: ShowRelease) -> Handler:
    """A public page of the published release in the address; of a withdrawn one only its reason is left."""

    @public
    @wraps(show)
    async def handler(request: Request) -> Response:
        release = await get_public_release(request.path_params["release"])
        if release.withdrawn_at is None:
            return await show(request, release)
        if wants_json(request):
            raise _withdrawn(request, release)
        context = {"release": _release_view(request, release)}
        return render(request, "pages/results/withdrawn.html", context, status=410, headers=_FRESH)

    return handler


def _withdrawn(request: Request, release: Release) -> Problem:
    assert release.withdrawn_at is not None
    day = format_day(release.withdrawn_at, request.app.state.settings.zone)
    return Problem("release-withdrawn", day=day, reason=release.reason)


@public
async def show_results(request: Request) -> Response:
    """The newest release of the survey that was asked last, and the way to all others."""
    newest = next(iter(await list_published_releases()), None)
    if newest is not None:
        return await _overview(request, newest)
    return render(request, "pages/results/none.html", await _others(request, None), headers=_FRESH)


@_of_release
async def show_release(request: Request, release: Release) -> Response:
    return await _overview(request, release)


async def _overview(request: Request, release: Release) -> Response:
    figures = await list_figures(release)
    city = Place("city", CITY, {"und": request.app.state.settings.municipality_name})
    context = {
        **await _figures_of(request, release, figures, (city,)),
        **await _others(request, release),
        "areas": await _areas_of(release),
    }
    return await _render_apart(request, "pages/results/overview.html", context)


@_of_release
async def show_district(request: Request, release: Release) -> Response:
    """One district, with its area and the whole city beside it for comparison. Raises Problem("not-found")."""
    code = request.path_params["district"]
    planned = {district.code: district for district in plan_of(release.wave).districts}
    if code not in planned or code == ELSEWHERE:
        raise Problem("not-found")
    area_names, district_names = await _names()
    area = planned[code].area
    places = (
        Place("district", code, district_names.get(code, {"und": code})),
        Place("area", area, area_names.get(area, {"und": area})),
        Place("city", CITY, {"und": request.app.state.settings.municipality_name}),
    )
    context = await _figures_of(request, release, await list_figures(release), places)
    return await _render_apart(request, "pages/results/district.html", context)


async def _render_apart(request: Request, template: str, context: dict[str, Any]) -> Response:
    """A page of several hundred figures takes tens of milliseconds, for which no answer should have to wait."""
    return await asyncio.to_thread(render, request, template, context, headers=_FRESH)


async def _figures_of(
    request: Request, release: Release, figures: Sequence[Figure], places: tuple[Place, ...]
) -> dict[str, Any]:
    """What the pages of a city and of a district show alike. Tables are the area's, or the city's on its own page."""
    plan, questionnaire = plan_of(release.wave), questionnaire_of(release.wave)
    index = views.FigureIndex(figures, places)
    table_place = places[min(1, len(places) - 1)]
    since, before = await _since(release, index, places)
    found = views.headlines(plan, questionnaire, index, places, since)
    return {
        "release": _release_view(request, release),
        "before": _release_view(request, before) if before else None,
        "place": places[0],
        "places": places,
        "table_place": table_place,
        "about": views.about(index.respondents(places[0])),
        "headlines": found,
        "stand_in": views.stand_in(found),
        "groups": views.group_tables(plan, questionnaire, index, table_place),
        "answers": views.answer_tables(plan, questionnaire, index, table_place),
        "respondents": views.who_answered(plan, questionnaire, index, places[0]),
    }


async def _since(
    release: Release, index: views.FigureIndex, places: tuple[Place, ...]
) -> tuple[dict[str, Since], Release | None]:
    before = await find_release_before(release)
    if before is None:
        return {}, None
    plans = plan_of(release.wave), plan_of(before.wave)
    return views.changes_since(plans[0], index, places, plans[1], await list_figures(before)), before


async def _names() -> tuple[dict[str, Texts], dict[str, Texts]]:
    """Names of areas and of districts, retired ones included, by code."""
    districts = await list_districts(include_retired=True)
    return {area.code: area.names for area in await list_areas()}, {d.code: d.names for d in districts}


async def _areas_of(release: Release) -> list[dict[str, Any]]:
    """The areas of the release's plan with their districts, under the names they have today."""
    area_names, district_names = await _names()
    return [
        {
            "names": area_names.get(area, {"und": area}),
            "districts": [{"code": code, "names": district_names.get(code, {"und": code})} for code in codes],
        }
        for area, codes in areas(plan_of(release.wave)).items()
        if area != ELSEWHERE
    ]


async def _others(request: Request, shown: Release | None) -> dict[str, Any]:
    published = [release for release in await list_published_releases() if shown is None or release.id != shown.id]
    return {
        "earlier": [_release_view(request, release) for release in published],
        "silent": [_release_view(request, release) for release in await list_silent_releases()],
    }


def _release_view(request: Request, release: Release) -> dict[str, Any]:
    zone, wave = request.app.state.settings.zone, release.wave
    quiet_since = release.withdrawn_at or release.withheld_at
    return {
        "code": release.code,
        "state": release_state(release),
        "title": questionnaire_of(wave).title,
        "month": last_month(wave.ends_at, zone),
        "starts_on": format_day(wave.starts_at, zone),
        "ends_on": last_day(wave.ends_at, zone),
        "reason": release.reason,
        "silent_since": format_day(quiet_since, zone) if quiet_since else "",
    }


@_of_release
async def show_downloads(request: Request, release: Release) -> Response:
    """The files with what they are, how to cite them, and what they cost in privacy."""
    settings = request.app.state.settings
    assert release.published_at is not None
    plan = plan_of(release.wave)
    context = {
        "release": _release_view(request, release),
        # The file that most people want comes first.
        "files": sorted(await list_files(release), key=lambda file: file.name != "results.csv"),
        "address": f"{settings.public_url}{request.url.path.removesuffix('/downloads')}",
        "published_on": format_day(release.published_at, settings.zone),
        "published_year": release.published_at.astimezone(settings.zone).year,
        "loss": await list_losses(plan, release.code, settings.survey_budget),
    }
    return render(request, "pages/results/downloads.html", context, headers=_FRESH)


@public
async def send_file(request: Request) -> Response:
    """One stored file, the same bytes every time. Raises Problem: not-found, release-withdrawn."""
    release = await get_public_release(request.path_params["release"])
    if release.withdrawn_at is not None:
        raise _withdrawn(request, release)
    file = await get_offered_file(release, request.path_params["name"])
    kind = file.name.rpartition(".")[2]
    shown = "inline" if kind in _READABLE else "attachment"
    disposition = f'{shown}; filename="{release.code}-{file.name}"'
    media_type = MEDIA_TYPES.get(kind, "application/octet-stream")
    return send_stored(request, file.gzipped, file.sha256, media_type, disposition)


page_routes = [
    Route("/results", show_results, methods=["GET"]),
    Route("/results/{release}", show_release, methods=["GET"]),
    Route("/results/{release}/downloads", show_downloads, methods=["GET"]),
    Route("/results/{release}/{district}", show_district, methods=["GET"]),
]
routes = [Route("/releases/{release}/files/{name}", send_file, methods=["GET"])]
