"""Reading releases and their stored files. Only what was drawn and stored is ever read here, never an answer."""

import gzip
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec
from tortoise.expressions import Q

from backend.core.figures import Figure
from backend.errors import Problem
from backend.releases.models import ProgressLook, Release, ReleaseFile
from backend.surveys.models import Wave

FIGURES_FILE = "figures.json"

ReleaseState = Literal["charged", "stored", "withheld", "published", "withdrawn"]


class StoredFile(NamedTuple):
    """A stored file: its bytes are gzip-compressed, `sha256` and `size` are those of the plain content."""

    name: str
    sha256: str
    size: int
    gzipped: bytes


def release_state(release: Release) -> ReleaseState:
    """What a release is now; follows from its instants."""
    if release.withdrawn_at is not None:
        return "withdrawn"
    if release.published_at is not None:
        return "published"
    if release.withheld_at is not None:
        return "withheld"
    return "charged" if release.stored_at is None else "stored"


async def get_release(code: str) -> Release:
    """The release with its wave and questionnaire, in any state: for staff. Raises Problem("not-found")."""
    # A code with a NUL in it cannot exist, and PostgreSQL would refuse even to look.
    wanted = code[:80].replace("\0", " ")
    release = await Release.get_or_none(code=wanted).prefetch_related("wave__questionnaire")
    if release is None:
        raise Problem("not-found")
    return release


async def get_public_release(code: str) -> Release:
    """A release that was published, also one withdrawn since (its reason is public). Raises Problem("not-found")."""
    release = await get_release(code)
    if release.published_at is None:
        raise Problem("not-found")
    return release


async def list_releases() -> list[Release]:
    """Every release, newest wave first: for staff."""
    return await Release.all().prefetch_related("wave__questionnaire").order_by("-charged_at", "-id")


async def list_published_releases() -> list[Release]:
    """The releases that stand published, newest wave first."""
    releases = Release.filter(published_at__isnull=False, withdrawn_at__isnull=True)
    return await releases.prefetch_related("wave__questionnaire").order_by("-wave__ends_at", "-revision")


async def list_silent_releases() -> list[Release]:
    """Releases that show no figures and whose reason everyone can read: withheld or withdrawn, newest wave first."""
    releases = Release.filter(
        Q(withdrawn_at__isnull=False) | Q(withheld_at__isnull=False, published_at__isnull=True),
        stored_at__isnull=False,
    )
    return await releases.prefetch_related("wave__questionnaire").order_by("-wave__ends_at", "-revision")


async def find_release_before(release: Release) -> Release | None:
    """The published release of the same survey's wave before this one, or None."""
    return (
        await Release.filter(
            published_at__isnull=False,
            withdrawn_at__isnull=True,
            wave__questionnaire__survey_id=release.wave.questionnaire.survey_id,
            wave__ends_at__lt=release.wave.ends_at,
        )
        .prefetch_related("wave__questionnaire")
        .order_by("-wave__ends_at", "-revision")
        .first()
    )


async def find_release_of_wave(wave: Wave) -> Release | None:
    """The wave's latest release in any state, or None."""
    return await Release.filter(wave=wave).order_by("-revision").first()


class OfferedFile(NamedTuple):
    """A file offered for download, without its bytes."""

    name: str
    sha256: str
    size: int


async def list_files(release: Release) -> list[OfferedFile]:
    """The files offered for download, in order."""
    files = ReleaseFile.filter(release=release, position__gt=0).order_by("position")
    return [OfferedFile(*row) for row in await files.values_list("name", "blob_id", "blob__size")]


async def get_file(release: Release, name: str) -> StoredFile:
    """One stored file. Raises Problem("not-found")."""
    file = await ReleaseFile.get_or_none(release=release, name=name[:80]).prefetch_related("blob")
    if file is None:
        raise Problem("not-found")
    return StoredFile(file.name, file.blob.sha256, file.blob.size, bytes(file.blob.gzipped))


async def get_offered_file(release: Release, name: str) -> StoredFile:
    """One file of the download list; the service's own files are not offered. Raises Problem("not-found")."""
    if name not in {offered.name for offered in await list_files(release)}:
        raise Problem("not-found")
    return await get_file(release, name)


async def list_figures(release: Release) -> tuple[Figure, ...]:
    """The stored figures of a release."""
    file = await get_file(release, FIGURES_FILE)
    return _decoded_figures(file.sha256, file.gzipped)


# Content under its own hash never changes, so a few decoded releases stay in memory.
@lru_cache(maxsize=8)
def _decoded_figures(sha256: str, gzipped: bytes) -> tuple[Figure, ...]:
    return msgspec.json.decode(gzip.decompress(gzipped), type=tuple[Figure, ...])


async def list_looks(wave: Wave) -> Sequence[ProgressLook]:
    """The noisy looks at a wave, oldest first."""
    return await ProgressLook.filter(wave=wave).order_by("taken_on")


async def list_undrawn_releases() -> list[Release]:
    """Releases that were charged and not stored: the drawing is under way, or it was interrupted."""
    return await Release.filter(stored_at__isnull=True).order_by("id")


async def list_overdue_releases(stored_before: datetime) -> list[Release]:
    """Prepared releases that nobody has published or withheld since before an instant."""
    return await Release.filter(
        stored_at__lt=stored_before, published_at__isnull=True, withheld_at__isnull=True
    ).order_by("id")
