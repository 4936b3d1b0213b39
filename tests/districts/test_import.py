"""Importing a division and reading it back, on a real database."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tortoise.context import TortoiseContext, tortoise_test_context
from tortoise.exceptions import IntegrityError

from backend.core.plan import PlannedDistrict
from backend.districts import queries
from backend.districts.forms import (
    AreaEntry,
    DistrictEntry,
    DistrictFile,
    PopulationRow,
    parse_districts,
    parse_population,
)
from backend.districts.models import Area, District, Population
from backend.districts.services import import_districts
from backend.errors import Problem

SHIPPED = Path(__file__).parents[2] / "backend/demo/umea"


@pytest.fixture
async def database() -> AsyncIterator[TortoiseContext]:
    async with tortoise_test_context(["backend.districts.models"]) as context:
        yield context


def box(x: float) -> str:
    ring = [[x, 64], [x + 0.01, 64], [x + 0.01, 64.01], [x, 64.01], [x, 64]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def entry(code: str, x: float, area: str = "north") -> DistrictEntry:
    names = {"sv": f"{code} sv", "en": f"{code} en"}
    return DistrictEntry(code=code, area=area, names=names, kind=None, geometry=box(x))


def file_of(*districts: DistrictEntry) -> DistrictFile:
    areas = dict.fromkeys(district.area for district in districts)
    names = {"sv": "Område", "ar": "منطقة", "en": "Area"}
    return DistrictFile("sv", tuple(AreaEntry(code, names) for code in areas), districts)


def people(code: str, persons: int) -> list[PopulationRow]:
    bands: list[tuple[int, int | None]] = [(0, 14), (15, 19), (20, None)]
    return [PopulationRow(code, a, b, sex, persons) for a, b in bands for sex in ("woman", "man")]


async def import_shipped() -> DistrictFile:
    file = parse_districts((SHIPPED / "districts.geojson").read_bytes(), language="sv")
    codes = {district.code for district in file.districts}
    rows = parse_population((SHIPPED / "population.csv").read_bytes(), codes)
    await import_districts(file, rows, vintage="2025")
    return file


async def test_the_shipped_division_is_imported_and_read_back(database: TortoiseContext) -> None:
    file = await import_shipped()
    districts = await queries.list_districts()
    assert [(d.code, d.area, d.names, d.kind) for d in districts] == [
        (d.code, d.area, d.names, d.kind) for d in file.districts
    ]
    assert {d.boundary_vintage for d in districts} == {"2025"}
    assert [(a.code, a.names) for a in await queries.list_areas()] == [(a.code, a.names) for a in file.areas]
    assert await Population.all().count() == 31 * 34


async def test_records_for_a_plan_hold_the_population_from_sixteen_years(database: TortoiseContext) -> None:
    await import_districts(file_of(entry("ash", 20), entry("birch", 21, "south")), people("ash", 10), vintage="2025")
    assert await queries.records_districts() == (
        PlannedDistrict("ash", "north", 36.0),
        PlannedDistrict("birch", "south", 0.0),
    )


async def test_a_second_import_replaces_adds_and_retires(database: TortoiseContext) -> None:
    first = file_of(entry("ash", 20), entry("birch", 21), entry("cedar", 22, "south"))
    await import_districts(first, people("ash", 10) + people("cedar", 5), vintage="2025")
    second = file_of(entry("oak", 20.5), entry("ash", 23))
    outcome = await import_districts(second, people("ash", 20) + people("oak", 1), vintage="2027")
    assert outcome == (("oak",), ("ash",), ("birch", "cedar"))
    assert [d.code for d in await queries.list_districts()] == ["oak", "ash"]
    assert [a.code for a in await queries.list_areas()] == ["north"]
    known = {d.code: d for d in await queries.list_districts(include_retired=True)}
    assert {code: d.is_active for code, d in known.items()} == {
        "oak": True,
        "ash": True,
        "birch": False,
        "cedar": False,
    }
    assert (known["ash"].boundary_vintage, known["birch"].boundary_vintage) == ("2027", "2025")
    assert [d.population for d in await queries.records_districts()] == [3.6, 72.0]
    assert await Population.filter(district_id="cedar").count() == 6


async def test_a_retired_district_comes_back_with_its_code(database: TortoiseContext) -> None:
    await import_districts(file_of(entry("ash", 20), entry("birch", 21)), None, vintage="2025")
    outcome = await import_districts(file_of(entry("ash", 20)), None, vintage="2026")
    assert outcome.retired == ("birch",)
    outcome = await import_districts(file_of(entry("ash", 20)), None, vintage="2026")
    assert outcome.retired == ()
    outcome = await import_districts(file_of(entry("ash", 20), entry("birch", 22)), None, vintage="2027")
    assert outcome == ((), ("ash", "birch"), ())
    assert (await queries.get_district("birch")).is_active


async def test_without_a_population_file_the_known_population_stays(database: TortoiseContext) -> None:
    file = file_of(entry("ash", 20))
    await import_districts(file, people("ash", 10), vintage="2025")
    await import_districts(file, None, vintage="2026")
    assert [d.population for d in await queries.records_districts()] == [36.0]


async def test_an_import_that_fails_at_its_end_changes_nothing(database: TortoiseContext) -> None:
    await import_districts(file_of(entry("ash", 20)), people("ash", 10), vintage="2025")
    before = await everything()
    with pytest.raises(IntegrityError):
        await import_districts(
            file_of(entry("oak", 22, "south")), people("oak", 1) + people("oak", 2), vintage="2027"
        )
    assert await everything() == before


async def everything() -> list[Any]:
    return [
        await Area.all().order_by("code").values(),
        await District.all().order_by("code").values(),
        await Population.all().order_by("id").values(),
    ]


@pytest.mark.parametrize("vintage", ["", "  ", "v" * 65])
async def test_a_vintage_that_is_no_name_is_refused(database: TortoiseContext, vintage: str) -> None:
    with pytest.raises(ValueError, match="vintage"):
        await import_districts(file_of(entry("ash", 20)), None, vintage=vintage)
    assert await District.all().count() == 0


async def test_a_district_is_found_by_its_code_or_is_a_problem(database: TortoiseContext) -> None:
    await import_districts(file_of(entry("ash", 20)), None, vintage="2025")
    assert (await queries.get_district("ash")).names == {"sv": "ash sv", "en": "ash en"}
    for code in ("oak", "", "ash\0", "' OR 1=1 --"):
        with pytest.raises(Problem) as caught:
            await queries.get_district(code)
        assert caught.value.status == 404


async def test_names_start_with_the_language_of_the_file(database: TortoiseContext) -> None:
    await import_districts(file_of(entry("ash", 20)), None, vintage="2025")
    (area,) = await queries.list_areas()
    assert list(area.names) == ["sv", "ar", "en"]
    (district,) = await queries.list_districts()
    assert list(district.names) == ["sv", "en"]


async def test_a_place_is_looked_up_in_todays_districts(database: TortoiseContext) -> None:
    await import_districts(file_of(entry("ash", 20), entry("birch", 21)), None, vintage="2025")
    assert await queries.find_district_at(20.005, 64.005) == "ash"
    assert await queries.find_district_at(21.005, 64.005) == "birch"
    assert await queries.find_district_at(22.005, 64.005) is None
    # The same codes with other polygons, and one district fewer, as another process may have imported them.
    await import_districts(file_of(entry("ash", 22)), None, vintage="2026")
    assert await queries.find_district_at(20.005, 64.005) is None
    assert await queries.find_district_at(21.005, 64.005) is None
    assert await queries.find_district_at(22.005, 64.005) == "ash"


async def test_lookups_share_one_index_until_the_districts_change(
    database: TortoiseContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    built: list[tuple[str, ...]] = []
    original = queries.DistrictIndex

    def counting(codes: tuple[str, ...], geometries: tuple[str, ...]) -> Any:
        built.append(codes)
        return original(codes, geometries)

    monkeypatch.setattr(queries, "DistrictIndex", counting)
    await import_districts(file_of(entry("ash", 30), entry("birch", 31)), None, vintage="2025")
    for _ in range(3):
        await queries.find_district_at(30.005, 64.005)
        await queries.outline_geojson()
    await import_districts(file_of(entry("ash", 30)), None, vintage="2025")
    await queries.find_district_at(30.005, 64.005)
    assert built == [("ash", "birch"), ("ash",)]


async def test_a_database_without_districts_answers_emptily(database: TortoiseContext) -> None:
    assert await queries.find_district_at(20, 64) is None
    assert await queries.list_districts() == await queries.list_areas() == []
    assert await queries.records_districts() == ()
    assert json.loads(await queries.district_geojson())["features"] == []
    assert json.loads(await queries.outline_geojson())["features"] == []


async def test_what_is_published_can_be_imported_again_byte_for_byte(database: TortoiseContext) -> None:
    file = await import_shipped()
    published = await queries.district_geojson()
    assert parse_districts(published, language="sv") == file
    await import_districts(parse_districts(published, language="sv"), None, vintage="2025")
    assert await queries.district_geojson() == published
    first = msgspec.json.decode(published)["features"][0]
    assert first["properties"] == {
        "code": "centrum",
        "names": {"sv": "Centrum", "en": "City centre"},
        "kind": "urban",
        "area": "centrala",
        "area_names": {"sv": "Centrala Umeå", "en": "Central Umeå"},
        "boundary_vintage": "2025",
    }


async def test_the_outline_for_phones_has_every_district(database: TortoiseContext) -> None:
    file = await import_shipped()
    outline = json.loads(await queries.outline_geojson())
    assert [f["properties"] for f in outline["features"]] == [{"code": d.code} for d in file.districts]
