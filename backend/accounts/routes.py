"""Signing in and out."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.accounts.permissions import may_plan
from backend.accounts.services import sign_in, sign_out
from backend.errors import Problem
from backend.web.access import cookie_name, public, staff_only
from backend.web.bodies import read_form
from backend.web.languages import current_language, translate
from backend.web.templating import render


@public
async def show_sign_in(request: Request) -> Response:
    if request.state.account is not None:
        return RedirectResponse(_desk(), status_code=303)
    return render(request, "pages/accounts/sign-in.html", {"email": "", "notice": None})


@public
async def take_sign_in(request: Request) -> Response:
    state = request.app.state
    fields = await read_form(request)
    email, password = (fields.get(name, [""])[0] for name in ("email", "password"))
    try:
        token = await sign_in(state.clock, email, password, state.settings.session_hours, state.throttle)
    except Problem as problem:
        context = {"email": email, "notice": translate(problem.message, problem.values)}
        return render(request, "pages/accounts/sign-in.html", context, status=problem.status)
    response = RedirectResponse(_desk(), status_code=303)
    response.set_cookie(
        cookie_name(state.settings),
        token,
        max_age=state.settings.session_hours * 3600,
        path="/",
        secure=state.settings.is_https,
        httponly=True,
        samesite="lax",
    )
    return response


@staff_only(may_plan)
async def take_sign_out(request: Request) -> Response:
    state = request.app.state
    await sign_out(state.clock, request.state.account, request.state.session_token)
    response = RedirectResponse(f"/{current_language()}/staff/sign-in", status_code=303)
    response.delete_cookie(
        cookie_name(state.settings), path="/", secure=state.settings.is_https, httponly=True, samesite="lax"
    )
    return response


def _desk() -> str:
    return f"/{current_language()}/staff/"


page_routes = [
    Route("/staff/sign-in", show_sign_in, methods=["GET"]),
    Route("/staff/sign-in", take_sign_in, methods=["POST"]),
    Route("/staff/sign-out", take_sign_out, methods=["POST"]),
]
