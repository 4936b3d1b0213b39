"""For the machine that watches over the service."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from backend.db import connection
from backend.errors import Problem
from backend.web.access import public


@public
async def live(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "live"})


@public
async def ready(request: Request) -> Response:
    """The database answers and has the present schema. Raises Problem("unavailable")."""
    try:
        await connection().execute_query("SELECT 1 FROM wave WHERE id = 0")
    except Exception as error:
        # Whatever the database says, the watcher needs only the status, and a log line a second helps nobody.
        raise Problem("unavailable") from error
    return JSONResponse({"status": "ready"})


routes = [Route("/health/live", live, methods=["GET"]), Route("/health/ready", ready, methods=["GET"])]
