"""The routes and the settings as lists: whoever adds, renames or opens one sees it in the difference (README.md)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.routing import BaseRoute, Mount, Route

from backend.app import create_app
from backend.config import SETTINGS, load_settings

GOLDEN = Path(__file__).parent


def routes_of(routes: list[BaseRoute], prefix: str = "") -> Iterator[str]:
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_of(route.routes, "/{lang}")
        else:
            assert isinstance(route, Route)
            methods = ",".join(sorted(route.methods or ()))
            yield f"{prefix + route.path} {methods} {getattr(route.endpoint, 'access', 'NOT STATED')}"


def route_list() -> list[str]:
    """Every route: address, methods, access. The pages of one language stand for those of all."""
    return sorted(set(routes_of(create_app(load_settings({})).routes)))


def setting_list() -> list[str]:
    """Every setting in the order of the README: name, default, whether it is a secret."""
    return [f"{s.name}={s.default}{' (secret)' if s.secret else ''}" for s in SETTINGS]


@pytest.mark.parametrize(("name", "now"), [("routes.txt", route_list), ("settings.txt", setting_list)])
def test_the_list_is_the_golden_one(name: str, now) -> None:
    lines = now()
    if os.environ.get("DELAKTIG_RENEW_GOLDEN") == "1":
        (GOLDEN / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert lines == (GOLDEN / name).read_text(encoding="utf-8").splitlines()
