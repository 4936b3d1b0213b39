"""Static files: read once at start, gzip-compressed once, served under a folder named after their content.

`css/app.css` is frontend/static/css/app/*.css and every component's stylesheet in one; `css/desk.css` is the staff's.
A module imports its neighbours by relative address, so one hash names the whole folder.
"""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from backend.config import ROOT

FRONTEND = ROOT / "frontend"
STATIC = FRONTEND / "static"
ASSETS = "/assets/"
FOREVER = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    content: bytes
    gzipped: bytes
    media_type: str


class Assets(NamedTuple):
    digest: str
    files: dict[str, Asset]


def _joined(paths: list[Path]) -> bytes:
    return b"\n".join(path.read_bytes() for path in paths)


def _collect() -> dict[str, bytes]:
    contents = {
        path.relative_to(STATIC).as_posix(): path.read_bytes()
        for path in sorted(STATIC.rglob("*"))
        if path.is_file() and path.suffix not in {".css", ".md"}
    }
    components = sorted((FRONTEND / "components").glob("*/*.css"))
    contents["css/app.css"] = _joined(sorted((STATIC / "css" / "app").glob("*.css")) + components)
    contents["css/desk.css"] = _joined(sorted((STATIC / "css" / "desk").glob("*.css")))
    return contents


@lru_cache
def assets() -> Assets:
    """Every asset of this version of the product, by its path below `static/`."""
    contents = _collect()
    digest = hashlib.sha256()
    files = {}
    for name in sorted(contents):
        content = contents[name]
        digest.update(name.encode() + b"\0" + content)
        media_type = "text/javascript" if name.endswith(".js") else mimetypes.guess_type(name)[0]
        files[name] = Asset(content, gzip.compress(content, 9, mtime=0), media_type or "application/octet-stream")
    return Assets(digest.hexdigest()[:16], files)


def asset_address(name: str) -> str:
    """The address of an asset; raises KeyError for one that does not exist, so that no page links to nothing."""
    found = assets()
    found.files[name]
    return f"{ASSETS}{found.digest}/{name}"


def compressed(
    request: Request, gzipped: bytes, media_type: str, headers: dict[str, str], plain: bytes | None = None
) -> Response:
    """A response of stored, already compressed bytes; unpacked for the rare client that cannot."""
    headers = {**headers, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(gzipped, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(plain if plain is not None else gzip.decompress(gzipped), media_type=media_type, headers=headers)
