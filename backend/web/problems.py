"""One handler for every failure: a page for people, RFC 9457 problem details for programs."""

import json
import logging
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from backend.db import may_pass
from backend.errors import FieldError, Problem, mark
from backend.web.bodies import MAX_BODY
from backend.web.languages import current_language, translate
from backend.web.templating import render

log = logging.getLogger("delaktig.problems")

NOT_FOUND = mark("There is nothing here")
NOT_NOW = mark("That did not work")
OUR_FAULT = mark("Something went wrong")

_BY_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "body-too-large"}


def wants_json(request: Request) -> bool:
    """Programs get JSON: whoever sends JSON, or asks for JSON and not for HTML."""
    accept = request.headers.get("accept", "")
    sent = request.headers.get("content-type", "")
    path = request.url.path
    return (
        path.startswith(("/api/", "/health/"))
        or sent.startswith("application/json")
        or ("json" in accept and "text/html" not in accept)
    )


def problem_json(problem: Problem) -> Response:
    """RFC 9457 problem details; `errors` lists the fields at fault (an extension member, section 3.2)."""
    body: dict[str, object] = {
        "type": f"/problems/{problem.word}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "detail": problem_text(problem),
    }
    if problem.fields:
        body["errors"] = [{"field": f.name, "detail": field_text(f)} for f in problem.fields]
    return Response(
        json.dumps(body, ensure_ascii=False),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={"Content-Language": current_language()},
    )


def problem_text(problem: Problem) -> str:
    """The message in the current language; a `detail` may be a marked message itself and is translated too."""
    values = dict(problem.values)
    if values.get("detail"):
        values["detail"] = translate(str(values["detail"]))
    return translate(problem.message, values)


def field_text(error: FieldError) -> str:
    return translate(error.message, error.values)


def _title(problem: Problem) -> str:
    if problem.status == HTTPStatus.NOT_FOUND:
        return translate(NOT_FOUND)
    return translate(NOT_NOW if problem.status < HTTPStatus.INTERNAL_SERVER_ERROR else OUR_FAULT)


def problem_page(request: Request, problem: Problem) -> Response:
    context = {
        "title": _title(problem),
        "message": problem_text(problem),
        "word": problem.word,
    }
    return render(request, "pages/problems/problem.html", context, status=problem.status)


async def show_problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return problem_json(error) if wants_json(request) else problem_page(request, error)


async def show_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    word = _BY_STATUS.get(error.status_code, "bad-request" if error.status_code < 500 else "internal")
    response = await show_problem(request, Problem(word, detail=error.detail, limit=MAX_BODY // 1024))
    for name, value in (error.headers or {}).items():
        response.headers[name] = value
    return response


async def show_crash(request: Request, error: Exception) -> Response:
    """An unforeseen failure. Its text may repeat what a person typed: only its kind and place are logged."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place else "unknown"
    log.error("%s at %s", type(error).__name__, where)
    return await show_problem(request, Problem("unavailable" if may_pass(error) else "internal"))


handlers = {Problem: show_problem, HTTPException: show_http_error}
