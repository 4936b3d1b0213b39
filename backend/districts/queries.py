"""Reads of districts and areas, as plain frozen values in the order of the municipality's file."""

import asyncio
from collections import defaultdict
from collections.abc import Collection
from typing import Any

import msgspec

from backend.core.plan import PlannedDistrict
from backend.core.questions import Texts
from backend.districts.forms import PopulationRow, population_16_plus
from backend.districts.forms.feature import CODE
from backend.districts.geometry import DistrictIndex
from backend.districts.models import Area, District, Population, ordered_names
from backend.errors import Problem


class AreaView(msgspec.Struct, frozen=True):
    """An area with its names by language, the municipality's own language first."""

    code: str
    names: Texts


class DistrictView(msgspec.Struct, frozen=True):
    """A district without its polygon. `is_active` is false for one that a later boundary vintage retired."""

    code: str
    area: str
    names: Texts
    kind: str | None
    boundary_vintage: str
    is_active: bool


class _Cached(msgspec.Struct):
    """The index of one set of districts, with the outline made from it once someone asked."""

    signature: tuple[tuple[str, str], ...]
    index: DistrictIndex
    outline: bytes | None = None


# One per process. It is only ever replaced as a whole, so a reader never sees half of it.
_cache: list[_Cached] = []

_VIEW = ("code", "area_id", "names", "language", "kind", "boundary_vintage", "is_active")
_ORDER = ("position", "code")


async def list_areas() -> list[AreaView]:
    """The areas that have districts today, in order."""
    used = {row["area_id"] for row in await District.filter(is_active=True).values("area_id")}
    areas = await Area.filter(code__in=used).order_by(*_ORDER)
    return [AreaView(area.code, ordered_names(area.names, area.language)) for area in areas]


async def list_districts(*, include_retired: bool = False) -> list[DistrictView]:
    """Today's districts in order; with `include_retired` also those that only earlier waves know."""
    query = District.all() if include_retired else District.filter(is_active=True)
    return [_view(row) for row in await query.order_by(*_ORDER).values(*_VIEW)]


async def get_district(code: str) -> DistrictView:
    """The district with this code, retired ones included; raises Problem("not-found")."""
    # What is no code is not asked for: PostgreSQL would refuse some of it (NUL) with an error of its own.
    rows = await District.filter(code=code).values(*_VIEW) if CODE.fullmatch(code) else []
    if not rows:
        raise Problem("not-found")
    return _view(rows[0])


async def find_district_at(lon: float, lat: float) -> str | None:
    """The code of today's district at this place (WGS84 degrees), or None outside the municipality."""
    return (await _load()).index.find(lon, lat)


async def records_districts() -> tuple[PlannedDistrict, ...]:
    """Today's districts for a release plan: code, area, population aged 16 and over (0 where unknown)."""
    rows: dict[str, list[PopulationRow]] = defaultdict(list)
    async for row in Population.filter(district__is_active=True):
        rows[row.district_id].append(PopulationRow(row.district_id, row.age_from, row.age_to, row.sex, row.persons))
    return tuple(
        PlannedDistrict(district.code, district.area, population_16_plus(rows[district.code]))
        for district in await list_districts()
    )


async def district_geojson(codes: Collection[str] | None = None) -> bytes:
    """Districts as a GeoJSON FeatureCollection (RFC 7946) for publication; the import reads it too.

    `codes` names them, retired ones included; without it today's districts.

    Properties: code, names, kind, area, area_names, boundary_vintage. Equal districts give equal bytes.
    """
    chosen = District.filter(is_active=True) if codes is None else District.filter(code__in=sorted(codes))
    areas = {area.code: ordered_names(area.names, area.language) for area in await Area.all()}
    features = [
        {
            "type": "Feature",
            "id": row["code"],
            "properties": {
                "code": row["code"],
                "names": ordered_names(row["names"], row["language"]),
                "kind": row["kind"],
                "area": row["area_id"],
                "area_names": areas[row["area_id"]],
                "boundary_vintage": row["boundary_vintage"],
            },
            "geometry": msgspec.Raw(row["geometry"].encode()),
        }
        for row in await chosen.order_by(*_ORDER).values(*_VIEW, "geometry")
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})


async def outline_geojson() -> bytes:
    """Small simplified polygons with codes, for "where am I" on the phone (see DistrictIndex.outline)."""
    cached = await _load()
    if cached.outline is None:
        cached.outline = await asyncio.to_thread(cached.index.outline)
    return cached.outline


def _view(row: dict[str, Any]) -> DistrictView:
    return DistrictView(
        row["code"],
        row["area_id"],
        ordered_names(row["names"], row["language"]),
        row["kind"],
        row["boundary_vintage"],
        row["is_active"],
    )


async def _load() -> _Cached:
    """The index of today's districts, rebuilt when they are no longer those it was built from.

    The signature is the list of codes and polygon hashes: one read of a few dozen short rows, where the
    polygons would be megabytes. It also notices an import that another process made. Building runs in a
    thread, because a large division takes longer than a request may hold up the others.
    """
    rows = await District.filter(is_active=True).order_by(*_ORDER).values_list("code", "geometry_hash")
    signature = tuple((str(code), str(digest)) for code, digest in rows)
    if _cache and _cache[0].signature == signature:
        return _cache[0]
    polygons = (
        await District.filter(is_active=True).order_by(*_ORDER).values_list("code", "geometry", "geometry_hash")
    )
    codes, geometries, digests = zip(*polygons, strict=True) if polygons else ((), (), ())
    index = await asyncio.to_thread(DistrictIndex, codes, geometries)
    # An import may have come between the two reads: the signature is that of what was actually read.
    _cache[:] = [_Cached(tuple(zip(codes, digests, strict=True)), index)]
    return _cache[0]
