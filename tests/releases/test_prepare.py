"""Preparing and drawing: after the wave only, charged once, drawn once, stored once."""

import asyncio
import gzip
import hashlib
import json
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

import frictionless
import msgspec
import pytest

from backend.budget.models import LedgerEntry
from backend.core.blocks import charge
from backend.core.estimates import estimate
from backend.core.measurements import Measurements
from backend.errors import Problem
from backend.releases import services
from backend.releases.drawing import draw_wave
from backend.releases.models import Blob, Release, ReleaseFile
from backend.releases.queries import FIGURES_FILE, get_file, list_figures, list_files, release_state
from backend.releases.services import draw_release, prepare_release
from backend.surveys.queries import get_wave, plan_of
from backend.surveys.services import open_wave
from tests.municipality import ACTOR, draft_wave, found_municipality
from tests.releases.loop import closed_wave, stored_release


async def stored_bytes(release: Release) -> dict[str, bytes]:
    names = await ReleaseFile.filter(release=release).values_list("name", flat=True)
    return {name: (await get_file(release, name)).gzipped for name in names}


async def refused(coroutine) -> str:
    with pytest.raises(Problem) as problem:
        await coroutine
    return problem.value.word


async def test_only_a_closed_wave_can_be_prepared(opened, clock) -> None:
    assert await refused(prepare_release(clock, ACTOR, opened, "no-such-wave")) == "not-found"
    await found_municipality(clock)
    draft = await draft_wave(clock, opened, grace_hours=24)
    assert await refused(prepare_release(clock, ACTOR, opened, draft.code)) == "wave-not-open"
    wave = await open_wave(clock, ACTOR, opened, draft.code)
    looks = await LedgerEntry.all().count()
    assert await refused(prepare_release(clock, ACTOR, opened, wave.code)) == "wave-still-open"
    clock.now = wave.ends_at + timedelta(hours=24) - timedelta(seconds=1)
    assert await refused(prepare_release(clock, ACTOR, opened, wave.code)) == "wave-still-open"
    assert await LedgerEntry.all().count() == looks and not await Release.exists()
    assert (await get_wave(wave.code)).sealed_at is None
    clock.now += timedelta(seconds=1)
    assert release_state(await prepare_release(clock, ACTOR, opened, wave.code)) == "charged"
    assert (await get_wave(wave.code)).sealed_at == clock()


async def test_the_whole_wave_costs_what_its_plan_says(opened, clock) -> None:
    wave = await closed_wave(clock, opened)
    await prepare_release(clock, ACTOR, opened, wave.code)
    charges = {entry.purpose: Fraction(entry.rho) for entry in await LedgerEntry.all()}
    assert set(charges) == {f"progress:{wave.code}", f"release:{wave.code}-r1"}
    assert sum(charges.values()) == charge(plan_of(wave)) <= opened.wave_rho


async def test_without_budget_nothing_changes(opened, clock) -> None:
    wave = await closed_wave(clock, opened)
    poor = msgspec.structs.replace(opened, survey_budget=Fraction(1, 20))
    assert await refused(prepare_release(clock, ACTOR, poor, wave.code)) == "budget-exhausted"
    assert not await Release.exists() and await LedgerEntry.all().count() == 1
    assert (await get_wave(wave.code)).sealed_at is None


async def test_prepared_again_and_at_once_it_is_one_release(opened, clock) -> None:
    wave = await closed_wave(clock, opened)
    prepared = await asyncio.gather(*(prepare_release(clock, ACTOR, opened, wave.code) for _ in range(6)))
    again = await prepare_release(clock, "somebody else", opened, wave.code)
    assert {release.id for release in prepared} == {again.id}
    assert await Release.all().count() == 1 and await LedgerEntry.all().count() == 2


async def test_drawn_again_it_is_the_same(opened, clock) -> None:
    release = await stored_release(clock, opened)
    before = await stored_bytes(release)
    assert release_state(release) == "stored" and len(before) == 7
    clock.now += timedelta(days=1)
    again = await draw_release(clock, opened, release.code)
    assert again.stored_at == release.stored_at and await stored_bytes(again) == before


async def test_drawn_at_once_the_first_stays_and_the_others_are_forgotten(opened, clock, monkeypatch) -> None:
    wave = await closed_wave(clock, opened)
    release = await prepare_release(clock, ACTOR, opened, wave.code)
    drawn: list[bytes] = []
    everybody_has_drawn = asyncio.Barrier(3)

    async def draw_together(*arguments):
        measurements, figures = await draw_wave(*arguments)
        drawn.append(msgspec.json.encode(figures))
        await everybody_has_drawn.wait()
        return measurements, figures

    monkeypatch.setattr(services, "draw_wave", draw_together)
    await asyncio.gather(*(draw_release(clock, opened, release.code) for _ in range(3)))
    assert len(set(drawn)) == 3, "each drawing has noise of its own"
    kept = gzip.decompress((await get_file(release, FIGURES_FILE)).gzipped)
    assert drawn.count(kept) == 1
    # Of the drawings that lost, not even their bytes are stored.
    assert await ReleaseFile.all().count() == await Blob.all().count() == 7


@pytest.mark.parametrize("number", [0, 1])
async def test_a_wave_that_hardly_anybody_answered_is_released_all_the_same(opened, clock, number: int) -> None:
    release = await stored_release(clock, opened, number)
    figures = await list_figures(release)
    shares = [figure for figure in figures if figure.level == "district" and figure.variable == "FEEL1"]
    assert shares and all(figure.status != "published" for figure in shares)


async def test_the_stored_files_are_sound(opened, clock, tmp_path: Path) -> None:
    release = await stored_release(clock, opened, 200)
    for file in await list_files(release):
        stored = await get_file(release, file.name)
        content = gzip.decompress(stored.gzipped)
        assert (stored.sha256, stored.size) == (hashlib.sha256(content).hexdigest(), len(content))
        (tmp_path / file.name).write_bytes(content)
    report = frictionless.validate(str(tmp_path / "datapackage.json"))
    assert report.valid, report.flatten(["rowNumber", "note"])[:3]
    described = {r["path"]: r for r in json.loads((tmp_path / "datapackage.json").read_text())["resources"]}
    assert {file.name for file in await list_files(release)} == {*described, "datapackage.json"}
    for path, resource in described.items():
        content = (tmp_path / path).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"].removeprefix("sha256:") == hashlib.sha256(content).hexdigest()


async def test_the_stored_figures_are_those_of_the_stored_measurements(opened, clock, monkeypatch) -> None:
    kept: list[Measurements] = []

    async def keep(*arguments):
        measurements, figures = await draw_wave(*arguments)
        kept.append(measurements)
        return measurements, figures

    monkeypatch.setattr(services, "draw_wave", keep)
    release = await stored_release(clock, opened, 200)
    assert await list_figures(release) == estimate(plan_of(release.wave), kept[0])
    rows = gzip.decompress((await get_file(release, "measurements.csv")).gzipped).decode().splitlines()[1:]
    written = [int(row.split(",")[-4]) for row in rows]
    assert written == [value for block in kept[0].blocks for value in block.values]
