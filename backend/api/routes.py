"""What programs read: the open waves, a wave's frozen questionnaire, and the descriptions of all this."""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from backend.api.answers_schema import answers_schema
from backend.api.openapi import openapi
from backend.api.shapes import DistrictChoice, OpenWaves, WaveDescription, WaveSummary
from backend.config import ROOT
from backend.core.plan import Plan
from backend.core.questions import ELSEWHERE
from backend.districts.queries import list_districts
from backend.errors import Problem
from backend.surveys.models import Wave
from backend.surveys.queries import get_public_wave, list_open_waves, plan_of, questionnaire_of, wave_state
from backend.web.access import public
from backend.web.downloads import OPEN_DATA

SURVEY_SCHEMA = ROOT / "backend" / "surveys" / "survey.schema.json"


def _json(body: Any, media_type: str = "application/json") -> Response:
    """Open to other sites, and asked for anew each time: a wave closes when it closes."""
    content = body if isinstance(body, bytes) else msgspec.json.encode(body)
    return Response(content, media_type=media_type, headers={**OPEN_DATA, "Cache-Control": "no-cache"})


@public
async def list_waves(request: Request) -> Response:
    waves = await list_open_waves(request.app.state.clock())
    return _json(OpenWaves([_summary(request, wave) for wave in waves]))


@public
async def describe_wave(request: Request) -> Response:
    """The questionnaire and the districts of a wave that has been opened. Raises Problem("not-found")."""
    code = request.path_params["wave"]
    # A code with a NUL in it cannot exist, and PostgreSQL would refuse even to look.
    if "\0" in code:
        raise Problem("not-found")
    wave = await get_public_wave(code)
    questionnaire, plan = questionnaire_of(wave), plan_of(wave)
    state = wave_state(wave, request.app.state.clock())
    # A draft is not public, so it never gets this far.
    assert state != "draft"
    districts = await _districts_of(plan)
    schema = answers_schema(questionnaire, [district.code for district in districts])
    return _json(WaveDescription(_summary(request, wave), state, questionnaire, districts, schema))


def _summary(request: Request, wave: Wave) -> WaveSummary:
    questionnaire, zone = questionnaire_of(wave), request.app.state.settings.zone
    return WaveSummary(
        code=wave.code,
        survey=questionnaire.survey,
        title=questionnaire.title,
        starts_at=wave.starts_at.astimezone(zone),
        ends_at=wave.ends_at.astimezone(zone),
        languages=questionnaire.languages,
    )


async def _districts_of(plan: Plan) -> list[DistrictChoice]:
    """The districts of the frozen plan in its order, under the names they have today."""
    names = {district.code: district.names for district in await list_districts(include_retired=True)}
    return [
        DistrictChoice(district.code, district.area, names.get(district.code, {}))
        for district in plan.districts
        if district.code != ELSEWHERE
    ]


@public
async def describe_interface(request: Request) -> Response:
    settings = request.app.state.settings
    return _json(openapi(settings.public_url, settings.languages))


@public
async def send_survey_schema(request: Request) -> Response:
    """The JSON Schema of survey definition files, as it lies in the tree."""
    return _json(SURVEY_SCHEMA.read_bytes(), "application/schema+json")


page_routes: list[BaseRoute] = []
routes = [
    Route("/api/v1/waves", list_waves, methods=["GET"]),
    Route("/api/v1/waves/{wave}", describe_wave, methods=["GET"]),
    Route("/api/v1/openapi.json", describe_interface, methods=["GET"]),
    Route("/api/v1/survey.schema.json", send_survey_schema, methods=["GET"]),
]
