"""The description of the interface is sound, and the service does what it describes."""

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples
from jsonschema import Draft202012Validator
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backend.api.openapi import openapi
from backend.app import create_app
from backend.config import Settings, load_settings
from backend.seed import MovableClock
from tests.conftest import NOON
from tests.municipality import start_wave
from tests.page_client import ORIGIN

DESCRIPTION = openapi(ORIGIN, ("sv", "en"))
SCHEMA = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATIONS = {f"{o.ok().method.upper()} {o.ok().path}": o.ok() for o in SCHEMA.get_all_operations()}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
]
FEW = examples(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Service:
    """The app with an open wave, in an event loop that lives as long as the test."""

    def __init__(self, settings: Settings) -> None:
        self.runner = asyncio.Runner()
        self.clock = MovableClock(NOON)
        self.app = create_app(settings, self.clock)
        self.lifespan = self.app.router.lifespan_context(self.app)
        self.runner.run(self.lifespan.__aenter__())
        self.wave = self.runner.run(start_wave(self.clock, settings)).code

    def send(self, case: schemathesis.Case) -> httpx.Response:
        prepared = requests.Request(**case.as_transport_kwargs(base_url=ORIGIN)).prepare()
        return self.runner.run(self._send(prepared))

    async def _send(self, prepared: requests.PreparedRequest) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport) as client:
            assert prepared.method and prepared.url
            headers = dict(prepared.headers)
            return await client.request(prepared.method, prepared.url, headers=headers, content=prepared.body)

    def close(self) -> None:
        self.runner.run(self.lifespan.__aexit__(None, None, None))
        self.runner.close()


@pytest.fixture
def service(sqlite_template: Path, tmp_path: Path) -> Iterator[Service]:
    path = tmp_path / "delaktig.sqlite3"
    shutil.copy(sqlite_template, path)
    environ = {"DELAKTIG_DATABASE_URL": f"sqlite://{path}", "DELAKTIG_PUBLIC_URL": ORIGIN}
    service = Service(load_settings({**environ, "DELAKTIG_LANGUAGES": "sv,en"}))
    yield service
    service.close()


def references(part: Any) -> Iterator[str]:
    """Every reference in a document."""
    if isinstance(part, dict):
        yield from ([part["$ref"]] if "$ref" in part else [])
        part = list(part.values())
    if isinstance(part, list):
        for member in part:
            yield from references(member)


def test_the_description_is_valid_and_complete_in_itself() -> None:
    schemas = DESCRIPTION["components"]["schemas"]
    assert {reference.removeprefix("#/components/schemas/") for reference in references(DESCRIPTION)} <= set(schemas)
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert name
    SCHEMA.validate()


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_service_keeps_to_its_description(service: Service, name: str) -> None:
    @FEW
    @given(case=OPERATIONS[name].as_strategy())
    def holds(case: schemathesis.Case) -> None:
        case.validate_response(service.send(case), checks=CHECKS)

    holds()


def test_answers_to_an_open_wave_keep_to_the_description(service: Service) -> None:
    seen = set()

    @FEW
    @given(case=OPERATIONS["POST /{lang}/survey/{wave}"].as_strategy())
    def holds(case: schemathesis.Case) -> None:
        case.path_parameters = {"lang": "en", "wave": service.wave}
        response = service.send(case)
        case.validate_response(response, checks=CHECKS)
        seen.add(response.status_code)

    holds()
    assert 422 in seen, "no body reached the form"


def test_every_described_address_has_a_route() -> None:
    settings = load_settings({"DELAKTIG_LANGUAGES": "sv,en"})
    app = create_app(settings)
    for path, operations in DESCRIPTION["paths"].items():
        filled = path.format(lang="sv", wave="w", release="r", name="n")
        for method in set(operations) - {"parameters"}:
            scope = {"type": "http", "path": filled, "method": method.upper(), "headers": []}
            assert any(route.matches(scope)[0].value == 2 for route in app.routes), f"{method} {path}"
