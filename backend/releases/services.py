"""Preparing, publishing, withholding and withdrawing releases.

The order is the method's: charged and committed → drawn and stored → published. A crash after the charge draws
again under the same charge, because nothing of the first draw was readable by anyone. A stored release is never
drawn again.
"""

import gzip
import hashlib
from datetime import timedelta

import msgspec
from tortoise.transactions import in_transaction

from backend.audit.services import SERVICE_ITSELF, record_action
from backend.budget.queries import release_purpose
from backend.budget.services import charge_budget, lock_ledger
from backend.clock import Clock
from backend.config import Settings
from backend.core.blocks import charge, progress_rho
from backend.core.figures import Figure
from backend.errors import Problem
from backend.releases.drawing import draw_wave
from backend.releases.files import write_files
from backend.releases.models import Blob, Release, ReleaseFile
from backend.releases.queries import (
    FIGURES_FILE,
    find_release_of_wave,
    get_release,
    list_overdue_releases,
    release_state,
)
from backend.surveys.queries import get_wave, plan_of, wave_state
from backend.surveys.services import seal_wave


async def prepare_release(clock: Clock, actor: str, settings: Settings, wave_code: str) -> Release:
    """Charges the ledger for the wave's release and commits that; drawing comes after.

    Asking again, at any time and by anyone, returns the same release and charges nothing more.
    Raises Problem: not-found, wave-not-open (a draft), wave-still-open, budget-exhausted.
    """
    async with in_transaction():
        await lock_ledger()
        wave = await get_wave(wave_code)
        if (known := await find_release_of_wave(wave)) is not None:
            return known
        plan = plan_of(wave)
        if wave_state(wave, clock()) != "closed":
            raise Problem("wave-still-open", wave=wave.code)
        await seal_wave(clock, wave)
        release = await Release.create(code=f"{wave.code}-r1", wave=wave, revision=1, charged_at=clock())
        await charge_budget(
            clock,
            year=plan.year,
            cap=settings.survey_budget,
            purpose=release_purpose(wave.code),
            # The looks were paid for when the wave was opened.
            rho=charge(plan) - progress_rho(plan),
        )
        await record_action(clock, actor, "release-prepared", release.code, f"plan {wave.plan_hash}")
    return release


async def draw_release(clock: Clock, settings: Settings, code: str) -> Release:
    """Counts, draws the noise, estimates and stores: once, under the charge that was committed before.

    Of two drawings at the same time the first to store wins and the other is forgotten unread.
    Raises Problem("not-found").
    """
    release = await get_release(code)
    if release.stored_at is not None:
        return release
    plan = plan_of(release.wave)
    measurements, figures = await draw_wave(settings, release.wave, plan)
    files = await write_files(settings, release, plan, measurements, figures, release.charged_at)
    await _store(clock, release, figures, files)
    return await get_release(code)


async def _store(clock: Clock, release: Release, figures: tuple[Figure, ...], files: dict[str, bytes]) -> None:
    contents = {FIGURES_FILE: msgspec.json.encode(figures), **files}
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    blobs = [
        Blob(sha256=hashes[name], size=len(content), gzipped=gzip.compress(content, 9, mtime=0))
        for name, content in contents.items()
    ]
    async with in_transaction():
        # The condition is part of the update, so only one drawing can ever pass it.
        if not await Release.filter(id=release.id, stored_at__isnull=True).update(stored_at=clock()):
            return
        await Blob.bulk_create(blobs, ignore_conflicts=True)
        await ReleaseFile.bulk_create(
            ReleaseFile(release=release, position=position, name=name, blob_id=hashes[name])
            for position, name in enumerate(contents)
        )


async def publish_release(clock: Clock, actor: str, code: str) -> Release:
    """Makes a stored release public, also one that was withheld. Raises Problem: not-found, release-state."""
    return await _change(clock, actor, code, "release-published", ("stored", "withheld"), "published_at", None)


async def withhold_release(clock: Clock, actor: str, code: str, reason: str) -> Release:
    """Keeps a stored release from publishing itself, with a reason that everyone can read.

    Raises Problem: not-found, release-state, reason-missing.
    """
    return await _change(clock, actor, code, "release-withheld", ("stored",), "withheld_at", reason)


async def withdraw_release(clock: Clock, actor: str, code: str, reason: str) -> Release:
    """Takes a published release back, with a public reason; no budget comes back with it.

    Raises Problem: not-found, release-state, reason-missing.
    """
    return await _change(clock, actor, code, "release-withdrawn", ("published",), "withdrawn_at", reason)


async def _change(
    clock: Clock,
    actor: str,
    code: str,
    action: str,
    allowed: tuple[str, ...],
    instant: str,
    reason: str | None,
) -> Release:
    if reason is not None and not reason.strip():
        raise Problem("reason-missing")
    async with in_transaction():
        release = await get_release(code)
        if release_state(release) not in allowed:
            raise Problem("release-state", release=code)
        setattr(release, instant, clock())
        release.reason = (reason or "").strip()[:2000]
        await release.save(update_fields=[instant, "reason"])
        await record_action(clock, actor, action, code, release.reason)
    return release


async def publish_overdue_releases(clock: Clock, settings: Settings) -> None:
    """Publishes what was prepared long ago and never withheld: results cannot be buried."""
    limit = clock() - timedelta(days=settings.publish_after_days)
    for release in await list_overdue_releases(limit):
        await publish_release(clock, SERVICE_ITSELF, release.code)
