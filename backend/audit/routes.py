"""The audit's page: every action of staff, the newest first. Reading it is not recorded."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.audit.permissions import may_read_audit
from backend.audit.queries import PAGE_SIZE, list_actions
from backend.errors import Problem, mark
from backend.web.access import staff_only
from backend.web.languages import translate
from backend.web.templating import render

# What each stored word means; the words themselves never change.
ACTIONS = {
    "account-created": mark("Account created"),
    "signed-in": mark("Signed in"),
    "signed-out": mark("Signed out"),
    "districts-imported": mark("Districts imported"),
    "survey-imported": mark("Survey imported"),
    "wave-created": mark("Wave drafted"),
    "wave-opened": mark("Wave opened"),
    "wave-closed": mark("Wave closed early"),
    "release-prepared": mark("Release prepared"),
    "release-published": mark("Release published"),
    "release-withheld": mark("Release withheld"),
    "release-withdrawn": mark("Release withdrawn"),
    "responses-deleted": mark("Responses deleted"),
}


@staff_only(may_read_audit)
async def show_audit(request: Request) -> Response:
    before = request.query_params.get("before")
    entries = await list_actions(_entry_number(before) if before is not None else None)
    context = {
        "entries": [
            {
                "at": entry.at,
                "actor": entry.actor,
                "action": translate(ACTIONS.get(entry.action, entry.action)),
                "object": entry.object_code,
                "detail": entry.detail,
            }
            for entry in entries
        ],
        "older_than": entries[-1].id if len(entries) == PAGE_SIZE else None,
        "is_first": before is None,
    }
    return render(request, "pages/audit/audit.html", context)


def _entry_number(text: str) -> int:
    """An entry's number from the address. Raises Problem("not-found"): no page begins at anything else."""
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Problem("not-found")
    return int(text)


page_routes = [Route("/staff/audit", show_audit, methods=["GET"])]
