"""What staff do with districts: import a whole division of the municipality at once."""

import hashlib
from collections.abc import Sequence
from typing import Any, NamedTuple

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.transactions import in_transaction

from backend.districts.forms import DistrictFile, PopulationRow
from backend.districts.models import Area, District, Population

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
    districts; None leaves it as it is. The hashing is done before the transaction, which stays short.
    """
    areas = [
        Area(code=area.code, names=area.names, language=file.language, position=position)
        for position, area in enumerate(file.areas)
    ]
    districts = [
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
    codes = [entry.code for entry in file.districts]
    async with in_transaction() as connection:
        before = {d["code"]: d["is_active"] for d in await _codes(connection)}
        await Area.bulk_create(
            areas,
            on_conflict=["code"],
            update_fields=["names", "language", "position"],
            using_db=connection,
        )
        await District.bulk_create(
            districts, on_conflict=["code"], update_fields=DISTRICT_FIELDS, using_db=connection
        )
        retired = tuple(sorted(code for code, active in before.items() if active and code not in set(codes)))
        await District.filter(code__in=retired).using_db(connection).update(is_active=False)
        if population is not None:
            await _replace_population(codes, population, connection)
    return ImportedDistricts(
        added=tuple(code for code in codes if code not in before),
        replaced=tuple(code for code in codes if code in before),
        retired=retired,
    )


async def _codes(connection: BaseDBAsyncClient) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await District.all().using_db(connection).values("code", "is_active")
    return rows


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
