"""The desk's page of one wave: its state, its noisy progress, what it costs, and the steps that its state allows."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.accounts.permissions import may_plan
from backend.errors import Problem
from backend.releases.apart import start_drawing
from backend.releases.outlook import get_year_budget
from backend.releases.queries import find_release_of_wave, list_looks, release_state
from backend.releases.services import prepare_release
from backend.surveys.models import Wave
from backend.surveys.queries import get_wave, grace_ends_at, plan_of, questionnaire_of, release_cost, wave_state
from backend.surveys.services import close_wave, open_wave
from backend.web.access import staff_only
from backend.web.languages import current_language, last_day, translate
from backend.web.templating import render


@staff_only(may_plan)
async def show_wave(request: Request) -> Response:
    return await _wave_page(request)


@staff_only(may_plan)
async def take_open(request: Request) -> Response:
    """Freezes and opens the wave. A button pressed twice finds it open and shows it so."""
    state, code = request.app.state, _code(request)
    try:
        await open_wave(state.clock, request.state.account.email, state.settings, code)
    except Problem as problem:
        if problem.word != "wave-already-open":
            return await _wave_page(request, problem)
    return _to_wave(code)


@staff_only(may_plan)
async def show_close(request: Request) -> Response:
    """Asks once more before a wave is closed; one that is not open has nothing to confirm."""
    wave = await get_wave(_code(request))
    if wave_state(wave, request.app.state.clock()) != "open":
        return _to_wave(wave.code)
    return render(request, "pages/surveys/close.html", {"wave": _wave_view(request, wave)})


@staff_only(may_plan)
async def take_close(request: Request) -> Response:
    """Ends the wave now. A button pressed twice finds it ended and shows it so."""
    state, code = request.app.state, _code(request)
    try:
        await close_wave(state.clock, request.state.account.email, code)
    except Problem as problem:
        if wave_state(await get_wave(code), state.clock()) not in {"grace", "closed"}:
            return await _wave_page(request, problem)
    return _to_wave(code)


@staff_only(may_plan)
async def take_prepare(request: Request) -> Response:
    """Charges the budget, starts the drawing in a process of its own and leads to the release's page."""
    state = request.app.state
    try:
        release = await prepare_release(state.clock, request.state.account.email, state.settings, _code(request))
    except Problem as problem:
        return await _wave_page(request, problem)
    if release_state(release) == "charged":
        await start_drawing(state.settings, release.code)
    return RedirectResponse(f"/{current_language()}/staff/releases/{release.code}", status_code=303)


@staff_only(may_plan)
async def lead_back(request: Request) -> Response:
    """A step's address opened as a page, such as by the language switch after a fault, leads to the wave."""
    return _to_wave(_code(request))


def _code(request: Request) -> str:
    code: str = request.path_params["wave"]
    return code


def _to_wave(code: str) -> Response:
    return RedirectResponse(f"/{current_language()}/staff/waves/{code}", status_code=303)


async def _wave_page(request: Request, problem: Problem | None = None) -> Response:
    settings = request.app.state.settings
    wave = await get_wave(_code(request))
    release = await find_release_of_wave(wave)
    cost = release_cost(wave)
    budget = await get_year_budget(settings, wave.planned_year)
    context = {
        "wave": _wave_view(request, wave),
        "looks": [{"on": look.taken_on, "number": look.noisy_count} for look in reversed(await list_looks(wave))],
        "most_looks": plan_of(wave).looks if wave.plan else None,
        "budget": budget,
        "cost": float(cost),
        "left_after": float(budget.left - cost),
        "affordable": cost <= budget.left,
        "release": {"code": release.code, "state": release_state(release)} if release else None,
        "notice": translate(problem.message, problem.values) if problem else None,
    }
    return render(request, "pages/surveys/wave.html", context, status=problem.status if problem else 200)


def _wave_view(request: Request, wave: Wave) -> dict[str, Any]:
    state = request.app.state
    now = state.clock()
    return {
        "code": wave.code,
        "state": wave_state(wave, now),
        "title": questionnaire_of(wave).title,
        "survey": wave.questionnaire.survey_id,
        "version": wave.questionnaire.version,
        "questionnaire_hash": wave.questionnaire.definition_hash,
        "plan_hash": wave.plan_hash,
        "opened_at": wave.opened_at,
        "starts_at": wave.starts_at,
        "last_day": last_day(wave.ends_at, state.settings.zone),
        "grace_hours": wave.grace_hours,
        "grace_ends_at": grace_ends_at(wave),
        "year": wave.planned_year,
        "is_past": wave.ends_at <= now,
        "responses_deleted_at": wave.responses_deleted_at,
    }


page_routes = [
    Route("/staff/waves/{wave}", show_wave, methods=["GET"]),
    Route("/staff/waves/{wave}/open", take_open, methods=["POST"]),
    Route("/staff/waves/{wave}/close", show_close, methods=["GET"]),
    Route("/staff/waves/{wave}/close", take_close, methods=["POST"]),
    Route("/staff/waves/{wave}/prepare", take_prepare, methods=["POST"]),
    Route("/staff/waves/{wave}/open", lead_back, methods=["GET"]),
    Route("/staff/waves/{wave}/prepare", lead_back, methods=["GET"]),
]
