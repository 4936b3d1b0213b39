"""The resident's pages: answer, thank you, withdraw. The same address takes a form or JSON."""

import secrets
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.core.receipt import format_receipt, receipt_from_bytes
from backend.districts.queries import list_areas, list_districts, outline_geojson
from backend.errors import Problem
from backend.responses.forms import (
    RECEIPT_FIELD,
    fields_from_json,
    parse_receipt,
    parse_response,
)
from backend.responses.services import withdraw_response
from backend.surveys.models import Wave
from backend.surveys.queries import (
    FrozenWave,
    get_public_wave,
    list_answerable_waves,
    plan_of,
    questionnaire_of,
    takes_answers,
    wave_state,
)
from backend.web.access import public
from backend.web.bodies import is_json, read_form, read_json
from backend.web.languages import current_language, format_day, last_day, translate
from backend.web.problems import field_text, problem_json
from backend.web.templating import page_response, page_text, render, text_in_chain

FORM = "pages/responses/form.html"
# Stands where the receipt goes in a form that is kept; no text of a page holds it.
RECEIPT_PLACE = "\N{OBJECT REPLACEMENT CHARACTER}"
# Problems that are told in the form, with everything that was typed still in it.
_TOLD_IN_FORM = frozenset({"response-invalid", "receipt-invalid", "response-conflict"})


@public
async def show_form(request: Request) -> Response:
    wave = await _get_open_wave(request)

    async def build() -> str:
        return page_text(request, FORM, await _form_context(request, wave, {}, RECEIPT_PLACE))

    # An empty form is the same for everyone but for its receipt.
    key = (wave.code, wave.ends_at, current_language())
    page = await request.app.state.kept_pages.get(key, build)
    return page_response(page.replace(RECEIPT_PLACE, _new_receipt(), 1))


@public
async def answer(request: Request) -> Response:
    wave = await request.app.state.frozen_waves.get(request.path_params["wave"])
    return await (_answer_json if is_json(request) else _answer_form)(request, wave)


async def _answer_json(request: Request, wave: FrozenWave) -> Response:
    receipt = await _record(request, wave, fields_from_json(await read_json(request)))
    return JSONResponse({"receipt": format_receipt(receipt), "wave": wave.code}, status_code=201)


async def _answer_form(request: Request, frozen: FrozenWave) -> Response:
    fields = await read_form(request)
    try:
        receipt = await _record(request, frozen, fields)
    except Problem as problem:
        if problem.word not in _TOLD_IN_FORM:
            raise
        # The receipt stays the same, so that sending again can never make two responses out of one.
        kept = _new_receipt() if problem.word == "receipt-invalid" else fields[RECEIPT_FIELD][0]
        return await _form_page(request, await get_public_wave(frozen.code), fields, kept, problem)
    wave = await get_public_wave(frozen.code)
    context = {"receipt": format_receipt(receipt), "wave": _wave_view(request, wave)}
    return render(request, "pages/responses/thanks.html", context)


async def _record(request: Request, wave: FrozenWave, fields: Mapping[str, list[str]]) -> str:
    """Stores the response and returns its receipt.

    Whether the wave takes answers is decided where they are stored. It is asked for here only after a refusal:
    there is no use in mending a late form.
    """
    try:
        form = parse_response(wave.questionnaire, wave.districts, fields)
        await request.app.state.response_writer.record_response(wave, form.receipt, form.answers)
    except Problem as problem:
        now = await get_public_wave(wave.code)
        if not takes_answers(now, request.app.state.clock()):
            raise _not_open(request, now) from problem
        raise
    return form.receipt


async def _get_open_wave(request: Request) -> Wave:
    wave = await get_public_wave(request.path_params["wave"])
    if wave_state(wave, request.app.state.clock()) != "open":
        raise _not_open(request, wave)
    return wave


def _not_open(request: Request, wave: Wave) -> Problem:
    if wave_state(wave, request.app.state.clock()) == "scheduled":
        return Problem("wave-not-started", day=format_day(wave.starts_at, request.app.state.settings.zone))
    return Problem("wave-closed")


async def _form_page(
    request: Request, wave: Wave, fields: Mapping[str, list[str]], receipt: str, problem: Problem
) -> Response:
    """The form again, with what was typed and what is wrong with it."""
    return render(request, FORM, await _form_context(request, wave, fields, receipt, problem), status=problem.status)


async def _form_context(
    request: Request,
    wave: Wave,
    fields: Mapping[str, list[str]],
    receipt: str,
    problem: Problem | None = None,
) -> dict[str, Any]:
    told = problem is not None and not problem.fields
    return {
        "wave": _wave_view(request, wave),
        "questionnaire": questionnaire_of(wave),
        "areas": await _areas_of(wave),
        "receipt": receipt,
        "values": {name: values for name, values in fields.items() if not name.startswith("_")},
        "errors": [{"name": f.name, "message": field_text(f)} for f in problem.fields] if problem else [],
        "notice": translate(problem.message, problem.values) if problem and told else None,
    }


def _wave_view(request: Request, wave: Wave) -> dict[str, Any]:
    return {"code": wave.code, "ends_on": last_day(wave.ends_at, request.app.state.settings.zone)}


async def _areas_of(wave: Wave) -> list[dict[str, Any]]:
    """The areas and districts that the wave's frozen plan names, under the names they have today."""
    planned = {district.code for district in plan_of(wave).districts}
    districts = [d for d in await list_districts(include_retired=True) if d.code in planned]
    return [
        {
            "name": text_in_chain(area.names),
            "districts": [{"code": d.code, "name": text_in_chain(d.names)} for d in districts if d.area == area.code],
        }
        for area in await list_areas()
    ]


def _new_receipt() -> str:
    return format_receipt(receipt_from_bytes(secrets.token_bytes(10)))


@public
async def show_withdraw(request: Request) -> Response:
    return await _withdraw_page(request, "")


@public
async def withdraw(request: Request) -> Response:
    if is_json(request):
        return await _withdraw_json(request)
    fields = await read_form(request)
    try:
        await _withdraw(request, fields)
    except Problem as problem:
        if problem.word not in {"receipt-invalid", "receipt-unknown"}:
            raise
        typed = next(iter(fields.get(RECEIPT_FIELD, ())), "")
        return await _withdraw_page(request, typed, problem)
    return render(request, "pages/responses/withdrawn.html")


async def _withdraw_json(request: Request) -> Response:
    body = await read_json(request)
    receipt = body.get("receipt") if isinstance(body, dict) else None
    try:
        await _withdraw(request, {RECEIPT_FIELD: [receipt if isinstance(receipt, str) else ""]})
    except Problem as problem:
        return problem_json(problem)
    return Response(status_code=204)


async def _withdraw(request: Request, fields: Mapping[str, list[str]]) -> None:
    receipt = parse_receipt(fields)
    clock = request.app.state.clock
    await withdraw_response(clock, await list_answerable_waves(clock()), receipt)


async def _withdraw_page(request: Request, typed: str, problem: Problem | None = None) -> Response:
    waves = await list_answerable_waves(request.app.state.clock())
    message = translate(problem.message, problem.values) if problem else ""
    context = {
        "values": {RECEIPT_FIELD: [typed]},
        "errors": [{"name": RECEIPT_FIELD, "message": message}] if problem else [],
        "waves": [{**_wave_view(request, wave), "title": questionnaire_of(wave).title} for wave in waves],
    }
    return render(request, "pages/responses/withdraw.html", context, status=problem.status if problem else 200)


@public
async def show_outline(request: Request) -> Response:
    """The simplified polygons for "where am I", which the phone works out by itself."""
    return Response(
        await outline_geojson(),
        media_type="application/geo+json",
        headers={"Cache-Control": "public, max-age=3600"},
    )


page_routes = [
    Route("/survey/{wave}", show_form, methods=["GET"]),
    Route("/survey/{wave}", answer, methods=["POST"]),
    Route("/withdraw", show_withdraw, methods=["GET"]),
    Route("/withdraw", withdraw, methods=["POST"]),
]
routes = [Route("/districts/outline.geojson", show_outline, methods=["GET"])]
