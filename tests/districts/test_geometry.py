"""Point in polygon, areas and outlines on the shipped districts, in whichever coordinates they arrive."""

import gzip
import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.districts.forms import DistrictFile, parse_districts
from backend.districts.geometry import DistrictIndex, Metres, coordinate_system

SHIPPED = Path(__file__).parents[2] / "backend/demo/umea/districts.geojson"
WEST, SOUTH, EAST, NORTH = 19.0, 63.3, 21.3, 64.4


@cache
def shipped() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(SHIPPED.read_bytes())
    return document


def index_of(file: DistrictFile) -> DistrictIndex:
    return DistrictIndex([d.code for d in file.districts], [d.geometry for d in file.districts])


@cache
def shipped_index() -> DistrictIndex:
    return index_of(parse_districts(SHIPPED.read_bytes(), language="sv"))


@cache
def reprojected(epsg: int) -> bytes:
    """The shipped file in another coordinate system, in millimetres, without saying which."""
    transform = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform
    features = []
    for feature in shipped()["features"]:
        moved = shapely.transform(shapely.from_geojson(json.dumps(feature["geometry"])), transform, interleaved=False)
        geometry = json.loads(shapely.to_geojson(shapely.set_precision(moved, 0.001, mode="pointwise")))
        features.append({**feature, "geometry": geometry})
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@cache
def reprojected_index(epsg: int) -> DistrictIndex:
    return index_of(parse_districts(reprojected(epsg), language="sv", crs=f"EPSG:{epsg}"))


@cache
def boundaries() -> Any:
    return shapely.union_all(
        [shapely.from_geojson(json.dumps(f["geometry"])).boundary for f in shipped()["features"]]
    )


@pytest.mark.parametrize("feature", shipped()["features"], ids=lambda f: f["id"])
def test_a_point_within_a_district_is_found_in_it_alone(feature: dict[str, Any]) -> None:
    inside = shapely.from_geojson(json.dumps(feature["geometry"])).representative_point()
    holders = [
        f["id"] for f in shipped()["features"] if shapely.from_geojson(json.dumps(f["geometry"])).covers(inside)
    ]
    assert holders == [feature["id"]]
    assert shipped_index().find(inside.x, inside.y) == feature["id"]


@settings(max_examples=200, deadline=None)
@given(lon=st.floats(WEST, EAST), lat=st.floats(SOUTH, NORTH), epsg=st.sampled_from([3006, 3016, 3857]))
def test_another_coordinate_system_gives_the_same_district_for_every_point(lon: float, lat: float, epsg: int) -> None:
    point = shapely.Point(lon, lat)
    if shapely.distance(boundaries(), point) < 1e-5:
        return  # Within a metre of a boundary the rounding of the file decides.
    assert reprojected_index(epsg).find(lon, lat) == shipped_index().find(lon, lat)


def test_the_file_s_own_crs_member_is_believed_and_the_option_counts_more() -> None:
    document = json.loads(reprojected(3006))
    for name in ("urn:ogc:def:crs:EPSG::3006", "EPSG:3006"):
        document["crs"] = {"type": "name", "properties": {"name": name}}
        by_member = parse_districts(json.dumps(document).encode(), language="sv")
        assert by_member == parse_districts(reprojected(3006), language="sv", crs="EPSG:3006")
    document["crs"]["properties"]["name"] = "EPSG:3010"
    assert parse_districts(json.dumps(document).encode(), language="sv", crs="EPSG:3006") == by_member


def test_the_wgs84_crs_member_of_older_files_changes_nothing() -> None:
    document = {
        **shipped(),
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    }
    plain = parse_districts(SHIPPED.read_bytes(), language="sv")
    assert parse_districts(json.dumps(document).encode(), language="sv") == plain


def test_a_round_trip_keeps_every_shipped_corner_within_a_decimetre() -> None:
    there_and_back = parse_districts(reprojected(3006), language="sv", crs="EPSG:3006")
    plain = parse_districts(SHIPPED.read_bytes(), language="sv")
    metres = Metres(20.2, 63.8)
    for one, other in zip(there_and_back.districts, plain.districts, strict=True):
        first, second = (metres.project(shapely.from_geojson(d.geometry)) for d in (one, other))
        assert shapely.hausdorff_distance(first, second) < 0.1


def test_the_shipped_districts_do_not_overlap_and_leave_no_gap() -> None:
    metres = Metres(20.2, 63.8)
    shapes = [metres.project(shapely.from_geojson(json.dumps(f["geometry"]))) for f in shipped()["features"]]
    assert max(a.intersection(b).area for a, b in itertools.combinations(shapes, 2)) < 1
    whole = shapely.union_all(shapes)
    assert sum(len(part.interiors) for part in shapely.get_parts(whole)) == 0
    assert whole.area == pytest.approx(sum(shape.area for shape in shapes))


def test_areas_agree_with_the_published_square_kilometres() -> None:
    metres = Metres(20.2, 63.8)
    for feature in shipped()["features"]:
        size = metres.area(shapely.from_geojson(json.dumps(feature["geometry"])))
        # Published before the boundaries were simplified, with two decimals of a square kilometre.
        assert size / 1e6 == pytest.approx(feature["properties"]["area_km2"], rel=0.03, abs=0.006)


def test_the_equal_area_projection_agrees_with_the_geodesic_area() -> None:
    """Karney's geodesic areas (2013) are the independent second computation."""
    geod = pyproj.Geod(ellps="WGS84")
    square = shapely.box(20.0, 63.7, 20.05, 63.75)
    dense = shapely.segmentize(square, 0.0005)
    area, _ = geod.geometry_area_perimeter(dense)
    assert Metres(20.3, 63.9).area(dense) == pytest.approx(area, rel=1e-6)


def test_places_outside_and_impossible_places_have_no_district() -> None:
    index = shipped_index()
    for lon, lat in ((0, 0), (float("nan"), 63.8), (20.2, float("inf")), (63.8, 20.2), (1e300, 1e300)):
        assert index.find(lon, lat) is None
    assert DistrictIndex([], []).find(20.2, 63.8) is None


def test_a_shared_boundary_belongs_to_the_first_of_its_districts() -> None:
    left, right = (shapely.to_geojson(shapely.box(x, 0, x + 1, 1)) for x in (0, 1))
    assert DistrictIndex(["left", "right"], [left, right]).find(1, 0.5) == "left"
    assert DistrictIndex(["right", "left"], [right, left]).find(1, 0.5) == "right"


def test_outlines_are_small_and_still_find_nearly_every_place() -> None:
    outline = shipped_index().outline()
    assert len(gzip.compress(outline, mtime=0)) <= 15_000
    features = json.loads(outline)["features"]
    assert [f["properties"]["code"] for f in features] == [f["id"] for f in shipped()["features"]]
    for simple, exact in zip(features, shipped()["features"], strict=True):
        one, other = (shapely.from_geojson(json.dumps(f["geometry"])) for f in (simple, exact))
        assert shapely.symmetric_difference(shapely.make_valid(one), other).area < 0.06 * other.area
    numbers = shapely.get_coordinates(shapely.from_geojson(outline))
    assert (abs(numbers * 1e4 - (numbers * 1e4).round()) < 1e-6).all()


def test_the_outline_of_a_finely_drawn_city_stays_small() -> None:
    """Ragged shores of 36 islands: at the finest tolerance they would be far beyond what a phone should load."""
    random, turn = np.random.default_rng(7), np.linspace(0, 2 * np.pi, 1_500, endpoint=False)
    islands = []
    for number in range(36):
        radius = 0.05 + random.uniform(-0.002, 0.002, len(turn))
        shore = np.column_stack((20 + number % 6 / 4 + 2 * radius * np.cos(turn), radius * np.sin(turn)))
        islands.append(shapely.to_geojson(shapely.Polygon(np.add(shore, (0, 63 + number // 6 / 8)))))
    assert len(gzip.compress("".join(islands).encode())) > 400_000
    outline = DistrictIndex([f"d{number}" for number in range(36)], islands).outline()
    assert len(gzip.compress(outline, mtime=0)) <= 40_000
    areas = [shapely.from_geojson(json.dumps(f["geometry"])).area for f in json.loads(outline)["features"]]
    assert areas == pytest.approx([2 * np.pi * 0.05**2] * 36, rel=0.1)


def test_no_districts_have_an_empty_outline() -> None:
    assert json.loads(DistrictIndex([], []).outline()) == {"type": "FeatureCollection", "features": []}


def test_an_area_of_use_across_the_antimeridian_is_understood() -> None:
    fiji = coordinate_system("EPSG:3460")
    lonlat = fiji.to_wgs84(np.array([[1_800_000.0, 3_900_000.0], [2_300_000.0, 3_900_000.0]]))
    assert lonlat[0, 0] > 0 > lonlat[1, 0]
    assert not fiji.outside(lonlat).any()
    assert fiji.outside(np.array([[20.2, 63.8], [0.0, -17.0]])).all()
