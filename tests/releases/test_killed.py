"""Killed at any step of preparing and drawing: never noise without a charge, never two charges, and it goes on."""

import asyncio
import sys
from datetime import timedelta

from backend.budget.models import LedgerEntry
from backend.clock import system_clock
from backend.config import ROOT, Settings, environment_of
from backend.releases.models import Blob, Release, ReleaseFile
from backend.releases.queries import release_state
from tests.releases.loop import closed_wave

# Runs `delaktig release prepare WAVE` and dies, without any clearing up, before or after one function of it.
DYING = """
import importlib, inspect, os, sys
from backend.cli import main

def mortal(place, when):
    module, _, path = place.partition(":")
    owner = importlib.import_module(module)
    *classes, name = path.split(".")
    for part in classes:
        owner = getattr(owner, part)
    live = getattr(owner, name)

    def die_around(*arguments, **named):
        if when == "before":
            os._exit(9)
        result = live(*arguments, **named)
        if inspect.isawaitable(result):
            async def finish():
                await result
                os._exit(9)
            return finish()
        os._exit(9)

    setattr(owner, name, die_around)

place, when, wave = sys.argv[1:]
if place != "nowhere":
    mortal(place, when)
sys.exit(main(["release", "prepare", wave]))
"""
SERVICES, COMMANDS, DRAWING = "backend.releases.services", "backend.commands.releases", "backend.releases.drawing"
# Each place with the state in which the release has to be afterwards (None: there is none).
PLACES = [
    (f"{SERVICES}:seal_wave", "before", None),
    (f"{SERVICES}:charge_budget", "before", None),
    (f"{SERVICES}:charge_budget", "after", None),
    (f"{SERVICES}:record_action", "after", None),
    (f"{COMMANDS}:prepare_release", "after", "charged"),
    (f"{DRAWING}:draw", "before", "charged"),
    (f"{DRAWING}:draw", "after", "charged"),
    (f"{SERVICES}:draw_wave", "after", "charged"),
    (f"{SERVICES}:write_files", "after", "charged"),
    (f"{SERVICES}:Blob.bulk_create", "after", "charged"),
    (f"{SERVICES}:ReleaseFile.bulk_create", "after", "charged"),
    (f"{SERVICES}:_store", "after", "stored"),
    ("nowhere", "", "stored"),
]


async def prepare_and_die(settings: Settings, place: str, when: str, wave: str) -> int:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        DYING,
        place,
        when,
        wave,
        cwd=ROOT,
        env=environment_of(settings),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    return await child.wait()


async def test_killed_at_every_step_it_charges_once_and_ends_stored(opened, clock) -> None:
    # The child process has the machine's own clock, so the wave lies in its past.
    clock.now = system_clock() - timedelta(days=3)
    wave = await closed_wave(clock, opened)
    stored: set[tuple[str, str]] = set()
    for place, when, state in PLACES:
        ended = await prepare_and_die(opened, place, when, wave.code)
        assert ended == (0 if place == "nowhere" else 9), place
        release = await Release.get_or_none(wave=wave)
        charges = await LedgerEntry.filter(purpose__startswith="release:").values_list("purpose", flat=True)
        assert (None if release is None else release_state(release)) == state, (place, when)
        assert charges == ([] if state is None else [f"release:{wave.code}-r1"]), (place, when)
        files = set(await ReleaseFile.all().values_list("name", "blob_id"))
        assert len(files) == await Blob.all().count() == (7 if state == "stored" else 0), (place, when)
        # Once stored, asking again never draws again.
        assert not stored or files == stored
        stored = files
    assert stored
