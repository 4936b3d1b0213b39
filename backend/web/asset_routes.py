"""The address of every asset. It stands apart from `assets.py`, on which the pages depend that say who has access."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from backend.errors import Problem
from backend.web.access import public
from backend.web.assets import FOREVER, assets, compressed


@public
async def show_asset(request: Request) -> Response:
    """A static file under this version's hash. Raises Problem("not-found"), also for another version's."""
    found = assets()
    asset = found.files.get(request.path_params["name"])
    if asset is None or request.path_params["digest"] != found.digest:
        raise Problem("not-found")
    headers = {"Cache-Control": FOREVER, "ETag": f'"{found.digest}"'}
    return compressed(request, asset.gzipped, asset.media_type, headers, asset.content)


routes = [Route("/assets/{digest}/{name:path}", show_asset, methods=["GET"], name="asset")]
