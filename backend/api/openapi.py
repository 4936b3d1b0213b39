"""The OpenAPI 3.1 description of what programs may use, made from the types of shapes.py."""

from collections.abc import Sequence
from typing import Any

import msgspec

from backend.api.shapes import (
    Health,
    NewResponse,
    OpenWaves,
    ProblemDetails,
    StoredResponse,
    WaveDescription,
    Withdrawal,
)

Document = dict[str, Any]

BODIES = (NewResponse, StoredResponse, Withdrawal, ProblemDetails, OpenWaves, WaveDescription, Health)


def openapi(public_url: str, languages: Sequence[str]) -> Document:
    """The whole document. `languages` are those that an address may begin with."""
    _, components = msgspec.json.schema_components(BODIES, ref_template="#/components/schemas/{name}")
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Delaktig",
            "version": "1",
            "description": (
                "Answer an open survey wave, withdraw an answer, read the frozen questionnaires and download what "
                "has been released. No key is needed and nothing about the caller is kept."
            ),
        },
        "servers": [{"url": public_url}],
        "paths": {
            "/api/v1/waves": _read("Open waves", OpenWaves),
            "/api/v1/waves/{wave}": _read("A wave's frozen questionnaire", WaveDescription, ("wave",), 404),
            "/{lang}/survey/{wave}": _answer(languages),
            "/{lang}/withdraw": _withdraw(languages),
            "/releases/{release}/files/{name}": _file(),
            "/api/v1/openapi.json": _json_file("This description", "application/json"),
            "/api/v1/survey.schema.json": _json_file("JSON Schema of survey definitions", "application/schema+json"),
            "/health/live": _read("The process answers", Health),
            "/health/ready": _read("The database answers", Health, (), 503),
        },
        "components": {"schemas": components},
    }


def _read(summary: str, body: type, parameters: Sequence[str] = (), *problems: int) -> Document:
    operation = {"summary": summary, "responses": {"200": _body("The answer", body), **_problems(*problems)}}
    return {"parameters": [_in_path(name) for name in parameters], "get": operation}


def _answer(languages: Sequence[str]) -> Document:
    """Sending answers: the same content again is the same response, so a program may repeat after a lost reply."""
    return {
        "parameters": [_language(languages), _in_path("wave")],
        "post": {
            "summary": "Answer a wave",
            "description": "Returns when the answers are on disk. Sending the same again is harmless.",
            "requestBody": {"required": True, **_content(NewResponse)},
            "responses": {
                "201": _body("Stored", StoredResponse),
                **_problems(400, 403, 404, 409, 410, 413, 422, 503),
            },
        },
    }


def _withdraw(languages: Sequence[str]) -> Document:
    return {
        "parameters": [_language(languages)],
        "post": {
            "summary": "Withdraw a response",
            "requestBody": {"required": True, **_content(Withdrawal)},
            "responses": {"204": {"description": "Deleted"}, **_problems(400, 403, 404, 413, 422, 503)},
        },
    }


def _file() -> Document:
    kinds = ("text/csv", "application/geo+json", "application/json", "text/markdown")
    return {
        "parameters": [_in_path("release"), _in_path("name")],
        "get": {
            "summary": "A file of a release",
            "description": "Stored bytes that never change; the strong ETag names the representation.",
            "responses": {
                "200": {
                    "description": "The file",
                    "headers": {"ETag": {"schema": {"type": "string"}}},
                    "content": {kind: {} for kind in kinds},
                },
                "304": {"description": "Not changed"},
                **_problems(404, 410),
            },
        },
    }


def _json_file(summary: str, media_type: str) -> Document:
    content = {media_type: {"schema": {"type": "object"}}}
    return {"get": {"summary": summary, "responses": {"200": {"description": summary, "content": content}}}}


def _in_path(name: str) -> Document:
    # An empty part would be another address, and a slash two parts.
    schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9.-]*$", "maxLength": 80}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _language(languages: Sequence[str]) -> Document:
    return {"name": "lang", "in": "path", "required": True, "schema": {"enum": list(languages)}}


def _content(body: type) -> Document:
    reference = {"$ref": f"#/components/schemas/{body.__name__}"}
    return {"content": {"application/json": {"schema": reference}}}


def _body(description: str, body: type) -> Document:
    return {"description": description, **_content(body)}


def _problems(*statuses: int) -> Document:
    """Failures as problem details; whoever asks for HTML gets a page instead."""
    content = {
        "application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}},
        "text/html": {},
    }
    return {str(status): {"description": "A problem, by its word", "content": content} for status in statuses}
