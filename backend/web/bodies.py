"""Request bodies: forms and JSON, strict about encoding and size, the same for every feature."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import Request

from backend.errors import Problem, mark

MAX_BODY = 64 * 1024
MAX_FIELDS = 400

NOT_UTF8 = mark("it is not written in UTF-8")
TOO_MANY_FIELDS = mark("it has too many fields")
NOT_JSON = mark("it is not JSON")
NOT_A_WHOLE_FORM = mark("it is not a whole form, or it has a file in it")


def media_type(request: Request) -> str:
    """What the body is said to be, in small letters (RFC 9110, section 8.3.1) and without parameters."""
    return request.headers.get("content-type", "").split(";")[0].strip().lower()


def is_json(request: Request) -> bool:
    return media_type(request) == "application/json"


async def read_json(request: Request) -> Any:
    """The JSON body. Raises Problem("bad-request") when it is none."""
    try:
        return msgspec.json.decode(await request.body())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem("bad-request", detail=NOT_JSON) from error


async def read_form(request: Request) -> Mapping[str, list[str]]:
    """The form's fields, each a list of values in the order sent; plain ASCII names and UTF-8 values.

    Raises Problem: bad-request (not UTF-8, too many fields, broken parts), unsupported-media-type (neither kind of
    form).
    """
    kind = media_type(request)
    if kind == "application/x-www-form-urlencoded":
        pairs = _urlencoded(await request.body())
    elif kind == "multipart/form-data":
        pairs = await _multipart(request)
    else:
        raise Problem("unsupported-media-type")
    fields: dict[str, list[str]] = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return fields


def _urlencoded(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            body.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except UnicodeDecodeError as error:
        raise Problem("bad-request", detail=NOT_UTF8) from error
    except ValueError as error:
        raise Problem("bad-request", detail=TOO_MANY_FIELDS) from error


async def _multipart(request: Request) -> list[tuple[str, str]]:
    # The parser would read what is not UTF-8 as Latin-1, and any encoding that the header names.
    try:
        (await request.body()).decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem("bad-request", detail=NOT_UTF8) from error
    _, options = parse_options_header(request.headers["content-type"])
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise Problem("bad-request", detail=NOT_UTF8)
    try:
        async with request.form(max_files=0, max_fields=MAX_BODY, max_part_size=MAX_BODY) as form:
            pairs = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    except HTTPException as error:
        raise Problem("bad-request", detail=NOT_A_WHOLE_FORM) from error
    if len(pairs) > MAX_FIELDS:
        raise Problem("bad-request", detail=TOO_MANY_FIELDS)
    return pairs
