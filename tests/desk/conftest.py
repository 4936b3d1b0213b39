"""Staff at the desk: signed in without waiting for a password hash, and waves in each of their states."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from starlette.applications import Starlette

from backend.accounts.models import Account, Session
from backend.accounts.services import token_hash
from backend.config import Settings
from backend.core.receipt import format_receipt, receipt_from_bytes
from backend.releases.models import Release
from backend.releases.services import draw_release, prepare_release
from backend.responses.forms import parse_response
from backend.seed import MovableClock
from backend.surveys.models import Wave
from backend.surveys.queries import get_wave, questionnaire_of
from tests.municipality import ACTOR, ANSWERS, DISTRICTS, start_wave
from tests.page_client import PageClient

SignIn = Callable[[str], Awaitable[PageClient]]
Answer = Callable[[Wave, str, int], Awaitable[None]]
# Past the fortnight of the wave and its day of grace.
AFTER = timedelta(days=16)


@pytest.fixture
def sign_in(client: PageClient, clock: MovableClock) -> SignIn:
    """Signs the client in as a new account of a role."""

    async def with_role(role: str) -> PageClient:
        email, token = f"{role}@example.org", f"token of the {role}"
        account = await Account.create(email=email, name=f"The {role}", role=role, password_hash="none")
        expires_at = clock() + timedelta(days=365)
        await Session.create(token_hash=token_hash(token), account=account, expires_at=expires_at)
        client.cookies.set("delaktig", token)
        return client

    return with_role


@pytest.fixture
async def desk(sign_in: SignIn) -> PageClient:
    """The client, signed in as a planner."""
    return await sign_in("planner")


@pytest.fixture
async def wave(app: Starlette, clock: MovableClock, settings: Settings) -> Wave:
    """A wave that is open now."""
    return await start_wave(clock, settings)


@pytest.fixture
def answer(app: Starlette) -> Answer:
    """Stores a number of responses from one district."""

    async def store(wave: Wave, district: str, number: int) -> None:
        questionnaire = questionnaire_of(await get_wave(wave.code))
        for place in range(number):
            unique = f"{district[:6]:6}{place:04}".encode()
            fields = {name: value if isinstance(value, list) else [value] for name, value in ANSWERS.items()}
            fields |= {"district": [district], "_receipt": [format_receipt(receipt_from_bytes(unique))]}
            form = parse_response(questionnaire, set(DISTRICTS), fields)
            await app.state.response_writer.record_response(wave, form.receipt, form.answers)

    return store


@pytest.fixture
async def closed(wave: Wave, clock: MovableClock) -> Wave:
    """The wave after its end and its grace period."""
    clock.now += AFTER
    return wave


@pytest.fixture
async def charged(closed: Wave, clock: MovableClock, settings: Settings) -> Release:
    """A release whose drawing was interrupted right after the charge."""
    return await prepare_release(clock, ACTOR, settings, closed.code)


@pytest.fixture
async def stored(charged: Release, clock: MovableClock, settings: Settings) -> Release:
    """A prepared release."""
    return await draw_release(clock, settings, charged.code)
