"""A handler that does nothing, served exactly as the service is: what 100 % is on this machine at this moment."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.commands.service import SERVER_OPTIONS


async def nothing(request: Request) -> Response:
    await request.body()
    return Response(status_code=204)


async def live(request: Request) -> Response:
    return Response(status_code=204)


routes = [Route("/nothing", nothing, methods=["POST"]), Route("/health/live", live, methods=["GET"])]

if __name__ == "__main__":
    uvicorn.run(Starlette(routes=routes), host="127.0.0.1", port=int(sys.argv[1]), **SERVER_OPTIONS)
