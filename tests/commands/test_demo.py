"""`delaktig serve --demo`: what `make run` does, on an empty, a filled and a half-filled database."""

import argparse

import pytest

from backend.accounts.models import Account
from backend.commands import service
from backend.commands.running import Refused
from backend.db import database
from backend.seed import EMAIL, _import_demo, is_unfinished
from tests.municipality import start_wave


async def test_a_filled_database_is_left_alone(opened, clock):
    wave = await start_wave(clock, opened)
    assert not await is_unfinished()
    assert wave.opened_at is not None
    assert not await Account.filter(email=EMAIL).exists()


def test_an_interrupted_seed_is_told_and_not_served(settings, clock):
    import asyncio

    async def interrupted() -> None:
        async with database(settings.database_url):
            await _import_demo(clock)

    asyncio.run(interrupted())
    with pytest.raises(Refused, match="interrupted"):
        service._serve(argparse.Namespace(demo=True), settings)
