"""What staff do with districts: import a whole division of the municipality at once."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from backend.districts.forms import DistrictFile, PopulationRow
from backend.districts.models import Area, District, Population

AREA_FIELDS = ("names", "language", "position")
DISTRICT_FIELDS = (
    "area_id",
    "names",
    "language",
    "kind",
    "geometry",
    "geometry_hash",
    "boundary_vintage",
    "position",
    "is_active",
)


class ImportedDistricts(NamedTuple):
    """The codes that an import touched: new ones, those it replaced, and those it retired."""

    added: tuple[str, ...]
    replaced: tuple[str, ...]
    retired: tuple[str, ...]


async def import_districts(
    file: DistrictFile, population: Sequence[PopulationRow] | None, *, vintage: str
) -> ImportedDistricts:
    """Makes the file's districts the municipality's districts: one transaction, all or nothing.

    Districts are matched by code. Those that the file no longer has are retired, not deleted, because
    responses and releases of earlier waves name them. `population` replaces what is known of the file's
    districts; None leaves it as it is. Raises ValueError if `vintage` is not a text of 1 to 64 characters.
    """
    if not 0 < len(vintage.strip()) <= 64:
        raise ValueError("the boundary vintage must be a text of 1 to 64 characters")
    areas, districts = _areas(file), _districts(file, vintage.strip())
    codes = [entry.code for entry in file.districts]
    async with in_transaction() as connection:
        before = await _active_by_code(connection)
        await Area.bulk_create(areas, on_conflict=["code"], update_fields=AREA_FIELDS, using_db=connection)
        await District.bulk_create(
            districts, on_conflict=["code"], update_fields=DISTRICT_FIELDS, using_db=connection
        )
        retired = sorted(code for code in before.keys() - set(codes) if before[code])
        await District.filter(code__in=retired).using_db(connection).update(is_active=False)
        if population is not None:
            await _replace_population(codes, population, connection)
    return ImportedDistricts(
        added=tuple(code for code in codes if code not in before),
        replaced=tuple(code for code in codes if code in before),
        retired=tuple(retired),
    )


def _areas(file: DistrictFile) -> list[Area]:
    return [
        Area(code=area.code, names=area.names, language=file.language, position=position)
        for position, area in enumerate(file.areas)
    ]


def _districts(file: DistrictFile, vintage: str) -> list[District]:
    return [
        District(
            code=entry.code,
            area_id=entry.area,
            names=entry.names,
            language=file.language,
            kind=entry.kind,
            geometry=entry.geometry,
            geometry_hash=hashlib.sha256(entry.geometry.encode()).hexdigest(),
            boundary_vintage=vintage,
            position=position,
            is_active=True,
        )
        for position, entry in enumerate(file.districts)
    ]


async def _active_by_code(connection: BaseDBAsyncClient) -> dict[str, bool]:
    rows = await District.all().using_db(connection).values_list("code", "is_active")
    return {str(code): bool(active) for code, active in rows}


async def _replace_population(
    codes: Sequence[str], population: Sequence[PopulationRow], connection: BaseDBAsyncClient
) -> None:
    await Population.filter(district_id__in=codes).using_db(connection).delete()
    await Population.bulk_create(
        [
            Population(
                district_id=row.district,
                age_from=row.age_from,
                age_to=row.age_to,
                sex=row.sex,
                persons=row.persons,
            )
            for row in population
        ],
        batch_size=1_000,
        using_db=connection,
    )
