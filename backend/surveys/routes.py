"""The desk's page of surveys: their versions, their waves, and the form that drafts a wave.

A wave's own page shows the nightly looks and its release, so it stands higher up: `releases/wave_routes.py`.
"""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.accounts.permissions import may_plan
from backend.clock import local_date
from backend.errors import Problem
from backend.surveys.forms import parse_wave
from backend.surveys.models import Survey, Wave
from backend.surveys.queries import list_surveys, list_waves, title_of, wave_state
from backend.surveys.services import create_wave
from backend.web.access import staff_only
from backend.web.bodies import read_form
from backend.web.languages import current_language, last_day, translate
from backend.web.problems import field_text
from backend.web.templating import render


@staff_only(may_plan)
async def show_surveys(request: Request) -> Response:
    settings = request.app.state.settings
    surveys = await list_surveys()
    only = [surveys[0].code] if len(surveys) == 1 else [""]
    return await _surveys_page(request, {"survey": only, "grace_hours": [str(settings.grace_hours)]})


@staff_only(may_plan)
async def draft_wave(request: Request) -> Response:
    """Drafts the wave and leads to its page; faults are told in the form, with what was typed still in it."""
    state = request.app.state
    fields = await read_form(request)
    try:
        codes = {survey.code for survey in await list_surveys()}
        form = parse_wave(fields, codes, local_date(state.clock(), state.settings.zone))
        wave = await create_wave(state.clock, request.state.account.email, state.settings, **form._asdict())
    except Problem as problem:
        return await _surveys_page(request, fields, problem)
    return RedirectResponse(f"/{current_language()}/staff/waves/{wave.code}", status_code=303)


async def _surveys_page(
    request: Request, fields: Mapping[str, list[str]], problem: Problem | None = None
) -> Response:
    state = request.app.state
    waves = await list_waves()
    told = problem is not None and not problem.fields
    context = {
        "surveys": [_survey_view(request, survey, waves) for survey in await list_surveys()],
        "values": {name: next(iter(fields.get(name, ())), "") for name in _FIELDS},
        "errors": [{"name": f.name, "message": field_text(f)} for f in problem.fields] if problem else [],
        "notice": translate(problem.message, problem.values) if problem and told else None,
        "today": local_date(state.clock(), state.settings.zone).isoformat(),
        "wave_rho": float(state.settings.wave_rho),
        "year_rho": float(state.settings.survey_budget),
    }
    return render(request, "pages/surveys/surveys.html", context, status=problem.status if problem else 200)


_FIELDS = ("survey", "starts_on", "ends_on", "grace_hours")


def _survey_view(request: Request, survey: Survey, waves: list[Wave]) -> dict[str, Any]:
    versions = sorted(survey.questionnaires, key=lambda version: -version.version)
    return {
        "code": survey.code,
        "title": title_of(versions[0]) if versions else {},
        "versions": [{"number": v.version, "hash": v.definition_hash} for v in versions],
        "waves": [_wave_view(request, wave) for wave in waves if wave.questionnaire.survey_id == survey.code],
    }


def _wave_view(request: Request, wave: Wave) -> dict[str, Any]:
    state = request.app.state
    return {
        "code": wave.code,
        "state": wave_state(wave, state.clock()),
        "version": wave.questionnaire.version,
        "starts_at": wave.starts_at,
        "last_day": last_day(wave.ends_at, state.settings.zone),
    }


page_routes = [
    Route("/staff/surveys", show_surveys, methods=["GET"]),
    Route("/staff/surveys", draft_wave, methods=["POST"]),
]
