"""The composition root: one function that puts settings, clock, routes and middleware together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute, Mount
from starlette.types import Lifespan

from backend.accounts import routes as accounts
from backend.accounts.models import Account
from backend.accounts.queries import find_account_of_session
from backend.accounts.services import SignInThrottle
from backend.api import routes as api
from backend.audit import routes as audit
from backend.clock import Clock, system_clock
from backend.config import Settings
from backend.db import database
from backend.releases import desk_routes as desk
from backend.releases import routes as releases
from backend.responses import routes as responses
from backend.responses.services import ResponseWriter
from backend.start import routes as start
from backend.surveys import routes as surveys
from backend.surveys.queries import FrozenWaves
from backend.upkeep import upkeep_while_serving
from backend.web import asset_routes, health
from backend.web.access import StaffSession
from backend.web.kept_pages import KeptPages
from backend.web.middleware import (
    AddressLanguage,
    BodyLimit,
    CrashPages,
    RequestLog,
    SameOriginGuard,
    SecurityHeaders,
)
from backend.web.problems import handlers

FEATURES = (start, api, responses, releases, desk, surveys, accounts, audit)


def create_app(settings: Settings, clock: Clock = system_clock) -> Starlette:
    """The whole service. `clock` is the only thing a test may put in another's place."""

    async def find_account(token: str) -> Account | None:
        return await find_account_of_session(token, clock())

    app = Starlette(
        routes=_routes(settings),
        middleware=[
            Middleware(SecurityHeaders, settings=settings),
            Middleware(GZipMiddleware, minimum_size=600, compresslevel=5),
            Middleware(RequestLog),
            Middleware(CrashPages),
            Middleware(AddressLanguage, settings=settings),
            Middleware(BodyLimit),
            Middleware(StaffSession, settings=settings, find_account=find_account),
            Middleware(SameOriginGuard, settings=settings),
        ],
        exception_handlers=handlers,
        lifespan=_lifespan(settings),
    )
    app.state.settings = settings
    app.state.clock = clock
    app.state.throttle = SignInThrottle()
    app.state.frozen_waves = FrozenWaves()
    app.state.kept_pages = KeptPages(clock)
    app.state.response_writer = ResponseWriter(clock, settings)
    return app


def _routes(settings: Settings) -> list[BaseRoute]:
    pages = [route for feature in FEATURES for route in feature.page_routes]
    others = [route for feature in FEATURES for route in getattr(feature, "routes", [])]
    in_every_language = [Mount(f"/{tag}", routes=pages, name=tag) for tag in settings.languages]
    return [*health.routes, *asset_routes.routes, *others, *in_every_language]


def _lifespan(settings: Settings) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with database(settings.database_url), upkeep_while_serving(settings):
            yield

    return lifespan
