"""`delaktig district`: the municipality's own division."""

import argparse
from pathlib import Path
from typing import Any

from tortoise.transactions import in_transaction

from backend.audit.services import COMMAND_LINE, record_action
from backend.commands.running import Context, show_step
from backend.districts.forms import parse_districts, parse_population
from backend.districts.queries import list_districts
from backend.districts.services import import_districts


def add_commands(commands: Any) -> None:
    district = commands.add_parser("district", help="import and list the municipality's districts")
    actions = district.add_subparsers(dest="action", required=True, metavar="ACTION")
    take = actions.add_parser("import", help="replace the division by that of a GeoJSON file, all or nothing")
    take.add_argument("file", type=Path, help="FILE.geojson with a polygon per district")
    take.add_argument("--population", type=Path, help="CSV file with the header district,age,gender,n")
    take.add_argument("--vintage", required=True, help="the boundary vintage, such as 2025")
    take.add_argument("--crs", help="the file's coordinate system, such as EPSG:3006 (default: what the file says)")
    take.add_argument(
        "--drop-slivers", type=float, metavar="M2", help="leave out parts of polygons smaller than this many m²"
    )
    take.set_defaults(run=_import)
    actions.add_parser("list", help="list the districts").set_defaults(run=_list)


async def _import(options: argparse.Namespace, context: Context) -> None:
    show_step("checking the file")
    file = parse_districts(
        options.file.read_bytes(),
        language=context.settings.languages[0],
        crs=options.crs,
        drop_slivers_m2=options.drop_slivers,
    )
    population = None
    if options.population is not None:
        codes = [district.code for district in file.districts]
        population = parse_population(options.population.read_bytes(), codes)
    show_step("storing the districts")
    async with in_transaction():
        done = await import_districts(file, population, vintage=options.vintage)
        await record_action(context.clock, COMMAND_LINE, "districts-imported", options.vintage)
    for note in file.notes:
        print(note)
    print(f"{len(done.added)} districts added, {len(done.replaced)} replaced, {len(done.retired)} retired.")


async def _list(options: argparse.Namespace, context: Context) -> None:
    for district in await list_districts():
        print(f"{district.code}\t{district.area}\t{next(iter(district.names.values()))}")
