"""Stored bytes that never change, sent to anyone on the web: strong validators, long caching, open to other sites."""

from starlette.requests import Request
from starlette.responses import Response

from backend.web.assets import FOREVER, compressed

OPEN_DATA = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""For what every site may read: no cookie takes part in it (Fetch standard, CORS protocol)."""


def send_stored(
    request: Request, gzipped: bytes, sha256: str, media_type: str, disposition: str, cache_control: str = FOREVER
) -> Response:
    """Stored gzip bytes whose plain content has this SHA-256, or 304 for who has them already.

    A strong validator names one representation (RFC 9110, section 8.8.3), so the compressed bytes and the plain
    ones have an ETag each. A HEAD request gets the same header fields without the bytes.
    """
    headers = {**OPEN_DATA, "Cache-Control": cache_control, "Content-Disposition": disposition}
    response = compressed(request, gzipped, media_type, headers)
    coding = response.headers.get("Content-Encoding")
    response.headers["ETag"] = f'"{sha256}-{coding}"' if coding else f'"{sha256}"'
    if _has_it(request, response.headers["ETag"]):
        kept = ("ETag", "Cache-Control", "Vary", *OPEN_DATA)
        return Response(status_code=304, headers={name: response.headers[name] for name in kept})
    if request.method == "HEAD":
        return Response(headers=dict(response.headers))
    return response


def _has_it(request: Request, etag: str) -> bool:
    """If-None-Match compares weakly (RFC 9110, section 13.1.2): a W/ in front makes no difference."""
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known
