"""The desk's overview and its pages of releases: preview, publish, withhold, withdraw."""

import mimetypes
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.accounts.permissions import may_plan
from backend.clock import local_date
from backend.core.questions import text_in
from backend.districts.queries import list_areas, list_districts
from backend.errors import Problem
from backend.releases import wave_routes
from backend.releases.apart import is_drawing, start_drawing
from backend.releases.models import Release
from backend.releases.outlook import (
    Task,
    get_year_budget,
    list_tasks,
    publishes_itself_at,
)
from backend.releases.preview import Names, Preview, preview
from backend.releases.queries import (
    get_file,
    get_release,
    list_figures,
    list_files,
    list_releases,
    release_state,
)
from backend.releases.services import publish_release, withdraw_release, withhold_release
from backend.surveys.queries import plan_of, questionnaire_of, release_cost
from backend.web.access import staff_only
from backend.web.assets import compressed
from backend.web.bodies import read_form
from backend.web.languages import current_language, last_day, translate
from backend.web.templating import render

REASON_FIELD = "reason"
SHOWN_REASON = 2000


@staff_only(may_plan)
async def show_overview(request: Request) -> Response:
    state = request.app.state
    now = state.clock()
    context = {
        "tasks": [_task_view(request, task) for task in await list_tasks(state.settings, now)],
        "budget": await get_year_budget(state.settings, local_date(now, state.settings.zone).year),
    }
    return render(request, "pages/releases/desk-overview.html", context)


def _task_view(request: Request, task: Task) -> dict[str, Any]:
    return {
        "kind": task.kind,
        "wave": task.wave.code,
        "title": questionnaire_of(task.wave).title,
        "release": task.release.code if task.release else None,
        "running": task.release is not None and is_drawing(task.release.code),
        "at": task.at,
        "last_day": last_day(task.wave.ends_at, request.app.state.settings.zone),
    }


@staff_only(may_plan)
async def show_releases(request: Request) -> Response:
    releases = [_release_view(request, release) for release in await list_releases()]
    return render(request, "pages/releases/desk-list.html", {"releases": releases})


@staff_only(may_plan)
async def show_release(request: Request) -> Response:
    return await _release_page(request)


@staff_only(may_plan)
async def take_publish(request: Request) -> Response:
    """Makes the release public. A button pressed twice finds it published and shows it so."""
    state, code = request.app.state, _code(request)
    try:
        await publish_release(state.clock, request.state.account.email, code)
    except Problem as problem:
        return await _refused(request, problem, "published")
    return _to_release(code)


@staff_only(may_plan)
async def take_withhold(request: Request) -> Response:
    """Keeps the release from publishing itself, with the reason that was typed."""
    state, code, reason = request.app.state, _code(request), await _reason(request)
    try:
        await withhold_release(state.clock, request.state.account.email, code, reason)
    except Problem as problem:
        return await _refused(request, problem, "withheld", reason)
    return _to_release(code)


@staff_only(may_plan)
async def take_withdraw(request: Request) -> Response:
    """Takes the published release back, with the reason that was typed."""
    state, code, reason = request.app.state, _code(request), await _reason(request)
    try:
        await withdraw_release(state.clock, request.state.account.email, code, reason)
    except Problem as problem:
        return await _refused(request, problem, "withdrawn", reason)
    return _to_release(code)


@staff_only(may_plan)
async def take_draw(request: Request) -> Response:
    """Starts an interrupted drawing again, under the charge that was made before; nothing is charged."""
    release = await get_release(_code(request))
    if release_state(release) == "charged":
        await start_drawing(request.app.state.settings, release.code)
    return _to_release(release.code)


@staff_only(may_plan)
async def lead_back(request: Request) -> Response:
    """A step's address opened as a page, such as by the language switch after a fault, leads to the release."""
    return _to_release(_code(request))


@staff_only(may_plan)
async def send_file(request: Request) -> Response:
    """A file of the release as it will be published, for staff only until then. Raises Problem("not-found")."""
    release = await get_release(_code(request))
    offered = {file.name for file in await list_files(release)}
    if (name := request.path_params["name"]) not in offered:
        raise Problem("not-found")
    file = await get_file(release, name)
    media_type = _MEDIA_TYPES.get(name.rsplit(".", 1)[-1]) or mimetypes.guess_type(name)[0]
    headers = {"Content-Disposition": f'attachment; filename="{release.code}-{name}"'}
    return compressed(request, file.gzipped, media_type or "application/octet-stream", headers)


_MEDIA_TYPES = {"geojson": "application/geo+json", "md": "text/markdown"}


def _code(request: Request) -> str:
    code: str = request.path_params["release"]
    return code


async def _reason(request: Request) -> str:
    return next(iter((await read_form(request)).get(REASON_FIELD, ())), "")


def _to_release(code: str) -> Response:
    return RedirectResponse(f"/{current_language()}/staff/releases/{code}", status_code=303)


async def _refused(request: Request, problem: Problem, wanted: str, reason: str = "") -> Response:
    """The release's page with the problem, unless the release already is what was wanted of it."""
    if problem.word == "release-state" and release_state(await get_release(_code(request))) == wanted:
        return _to_release(_code(request))
    return await _release_page(request, problem, reason)


async def _release_page(request: Request, problem: Problem | None = None, reason: str = "") -> Response:
    release = await get_release(_code(request))
    missing = problem is not None and problem.word == "reason-missing"
    message = translate(problem.message, problem.values) if problem else ""
    context = {
        "release": _release_view(request, release),
        "budget": await get_year_budget(request.app.state.settings, release.wave.planned_year),
        "cost": float(release_cost(release.wave)),
        "preview": await _preview(release) if release.stored_at else None,
        "rules": plan_of(release.wave).rules,
        "files": await list_files(release),
        "running": is_drawing(release.code),
        "reason": reason[:SHOWN_REASON],
        "errors": [{"name": REASON_FIELD, "message": message}] if missing else [],
        "notice": message if not missing else "",
    }
    return render(request, "pages/releases/desk-release.html", context, status=problem.status if problem else 200)


def _release_view(request: Request, release: Release) -> dict[str, Any]:
    settings = request.app.state.settings
    return {
        "code": release.code,
        "state": release_state(release),
        "wave": release.wave.code,
        "title": questionnaire_of(release.wave).title,
        "starts_at": release.wave.starts_at,
        "last_day": last_day(release.wave.ends_at, settings.zone),
        "charged_at": release.charged_at,
        "published_at": release.published_at,
        "withheld_at": release.withheld_at,
        "withdrawn_at": release.withdrawn_at,
        "publishes_itself_at": publishes_itself_at(settings, release),
        "reason": release.reason,
    }


async def _preview(release: Release) -> Preview:
    plan, questionnaire, language = plan_of(release.wave), questionnaire_of(release.wave), current_language()
    return preview(plan, questionnaire, await _names(language), await list_figures(release), language)


async def _names(language: str) -> Names:
    """Names of areas and districts, retired ones included; the page itself says what it calls the city."""
    names: Names = {
        **{("area", area.code): text_in(area.names, language) for area in await list_areas()},
        **{("district", d.code): text_in(d.names, language) for d in await list_districts(include_retired=True)},
    }
    return names


_STEPS = {"publish": take_publish, "withhold": take_withhold, "withdraw": take_withdraw, "draw": take_draw}

page_routes = [
    *wave_routes.page_routes,
    Route("/staff/", show_overview, methods=["GET"]),
    Route("/staff/releases", show_releases, methods=["GET"]),
    Route("/staff/releases/{release}", show_release, methods=["GET"]),
    *(Route(f"/staff/releases/{{release}}/{name}", take, methods=["POST"]) for name, take in _STEPS.items()),
    *(Route(f"/staff/releases/{{release}}/{name}", lead_back, methods=["GET"]) for name in _STEPS),
    Route("/staff/releases/{release}/files/{name}", send_file, methods=["GET"]),
]
