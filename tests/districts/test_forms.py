"""Every way in which a district file can be wrong gets its own words, and a sound one is read as it is."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import shapely

from backend.districts.forms import DistrictFileError, PropertyNames, parse_districts

SHIPPED = Path(__file__).parents[2] / "backend/demo/umea/districts.geojson"


def square(x: float, y: float = 0.0, size: float = 0.01) -> list[list[float]]:
    """A closed ring near 20° E, 64° N; x and y count in sizes of the default square."""
    west, south = 20 + x * 0.01, 64 + y * 0.01
    east, north = west + size, south + size
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def feature(code: str, x: float) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"code": code, "name": code.title(), "area": "north", "area_name": "North"},
        "geometry": {"type": "Polygon", "coordinates": [square(x)]},
    }


def collection() -> dict[str, Any]:
    """Three sound districts side by side, in one area."""
    codes = ("ash", "birch", "cedar")
    return {"type": "FeatureCollection", "features": [feature(c, x) for x, c in enumerate(codes)]}


def read(document: Any, **options: Any) -> Any:
    content = document if isinstance(document, bytes) else json.dumps(document).encode()
    return parse_districts(content, language="en", **options)


def faults(document: Any, **options: Any) -> list[tuple[int | None, str]]:
    with pytest.raises(DistrictFileError) as caught:
        read(document, **options)
    assert str(caught.value) == "\n".join(fault.message for fault in caught.value.faults)
    return list(caught.value.faults)


WHOLE_FILE = {
    "not JSON": (b"{", "the file is not JSON"),
    "cut off": (json.dumps(collection()).encode()[:200], "the file is not JSON"),
    "empty": (b"", "the file is not JSON"),
    "not UTF-8": ('{"name": "Ö"}'.encode("latin-1"), "not UTF-8 text (byte 10)"),
    "UTF-16": (json.dumps(collection()).encode("utf-16"), "not UTF-8"),
    "a list": (b"[]", "not a GeoJSON FeatureCollection"),
    "a single feature": (json.dumps(feature("ash", 0)).encode(), "not a GeoJSON FeatureCollection"),
    "no features": (b'{"type": "FeatureCollection", "features": []}', "has no features"),
    "features no list": (b'{"type": "FeatureCollection", "features": {}}', "has no features"),
    "nested lists": (b"[" * 200_000, "nested too deeply"),
    "nested objects": (b'{"a":' * 200_000, "nested too deeply"),
    "endless number": (b'{"a": ' + b"1" * 5_000 + b"}", "more digits"),
    "too large": (b" " * 20_000_001, "at most 20 MB"),
    "too many features": (
        json.dumps({"type": "FeatureCollection", "features": [{}] * 5_001}).encode(),
        "at most 5000",
    ),
    "crs by link": (
        json.dumps({**collection(), "crs": {"type": "link", "properties": {"href": "x"}}}).encode(),
        "crs member does not name",
    ),
    "crs unknown": (
        json.dumps({**collection(), "crs": {"type": "name", "properties": {"name": "EPSG:999999"}}}).encode(),
        "unknown coordinate system 'EPSG:999999'",
    ),
}


@pytest.mark.parametrize(("content", "words"), WHOLE_FILE.values(), ids=WHOLE_FILE.keys())
def test_a_file_that_is_no_district_file_is_refused_as_a_whole(content: bytes, words: str) -> None:
    (fault,) = faults(content)
    assert fault[0] is None
    assert words in fault[1]


def change(**properties: Any) -> Callable[[dict[str, Any]], None]:
    return lambda second: second["properties"].update(properties)


def shape(kind: str, coordinates: Any) -> Callable[[dict[str, Any]], None]:
    return lambda second: second.update(geometry={"type": kind, "coordinates": coordinates})


def ring(positions: Any) -> Callable[[dict[str, Any]], None]:
    return shape("Polygon", [positions])


BOW_TIE = [[20.01, 64], [20.02, 64.01], [20.02, 64], [20.01, 64.01], [20.01, 64]]
OUTSIDE_HOLE = [square(1), square(1.5, 3, 0.001)]
METRES = [[758000, 7086000], [759000, 7086000], [759000, 7087000], [758000, 7087000], [758000, 7086000]]

ONE_FEATURE: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "point": (shape("Point", [20, 64]), "geometry is 'Point'; a district must be a Polygon"),
    "line": (shape("LineString", square(1)), "geometry is 'LineString'"),
    "geometry collection": (
        lambda f: f.update(geometry={"type": "GeometryCollection", "geometries": []}),
        "geometry is 'GeometryCollection'",
    ),
    "null geometry": (lambda f: f.update(geometry=None), "has no geometry"),
    "no geometry": (lambda f: f.pop("geometry") and None, "has no geometry"),
    "null properties": (lambda f: f.update(properties=None), "not a GeoJSON Feature with properties"),
    "empty polygon": (shape("Polygon", []), "Polygon is empty"),
    "empty multipolygon": (shape("MultiPolygon", []), "MultiPolygon is empty"),
    "empty part": (shape("MultiPolygon", [[square(1)], []]), "MultiPolygon is empty"),
    "empty ring": (ring([]), "no positions"),
    "unclosed ring": (ring([*square(1)[:-1], [20.01, 64.005]]), "starts at (20.01000, 64.00000) is not closed"),
    "ring of three": (ring([square(1)[0], square(1)[1], square(1)[0]]), "fewer than four positions"),
    "NaN": (ring([[float("nan"), 64], *square(1)[1:]]), "not a finite number"),
    "infinity": (ring([[20, float("inf")], *square(1)[1:]]), "not a finite number"),
    "text coordinate": (ring([["20", "64"], *square(1)[1:]]), "list of positions"),
    "boolean coordinate": (ring([[True, False], *square(1)[1:]]), "list of positions"),
    "single number": (ring([[20], *square(1)[1:]]), "list of positions"),
    "huge integer": (ring([[10**400, 64], *square(1)[1:]]), "too large"),
    "crosses itself": (ring(BOW_TIE), "polygon is invalid: Self-intersection[20.015"),
    "hole outside": (shape("Polygon", OUTSIDE_HOLE), "polygon is invalid: Hole lies outside shell"),
    "overlapping parts": (shape("MultiPolygon", [[square(1)], [square(1, 0.5)]]), "polygon is invalid"),
    "sliver": (ring(square(1, size=0.00002)), "sliver; --drop-slivers 100 would leave it out"),
    "sliver part": (shape("MultiPolygon", [[square(1)], [square(1, 3, 0.00005)]]), "a part of 13.6 m²"),
    "flat part": (ring([[20.01, 64], [20.02, 64], [20.01, 64], [20.01, 64]]), "a part of 0.0 m²"),
    "metres": (ring(METRES), "looks like metres: is a coordinate system missing (--crs EPSG:3006)?"),
    "beyond the pole": (ring([[x, y + 30] for x, y in square(1)]), "not a longitude and latitude"),
    "swapped axes": (ring([[y, x] for x, y in square(1)]), "far from the other districts"),
    "duplicate code": (change(code="ash", name="Other"), "feature 1 has the same code"),
    "duplicate name": (change(name=" ASH "), "feature 1 has the same name"),
    "duplicate translation": (change(name_sv="Ask"), "same name 'Ask' in 'sv'"),
    "no name": (change(name=None), "has no name in 'en'"),
    "blank name": (change(name="  "), "has no name in 'en'"),
    "name in another language only": (change(name=None, name_sv="Björk"), "has no name in 'en'"),
    "number for a name": (change(name=12), "must be a text"),
    "NUL in a name": (change(name="Bir\0ch"), "printable characters"),
    "half a character in a name": (change(name="Bir\ud800ch"), "printable characters"),
    "long name": (change(name="B" * 121), "1 to 120"),
    "no code": (change(code=None), "has no code"),
    "upper case code": (change(code="Birch"), "'Birch' is not a code"),
    "code with a letter beyond a-z": (change(code="björk"), "is not a code"),
    "long code": (change(code="b" * 65), "is not a code"),
    "code with a line end": (change(code="birch\n"), "is not a code"),
    "code of the page of downloads": (change(code="downloads"), "a word of the service's own addresses"),
    "no area": (change(area=None), "has no area"),
    "area is a size": (change(area=12.9), "is not a code"),
    "area without a name": (change(area="south", area_name=None), "area 'south' has no name in 'en'"),
    "area with two names": (change(area_name="Nord"), "area 'north' is 'North' before and 'Nord' here"),
    "two areas of one name": (change(area="south"), "areas 'north' and 'south' have the same name"),
    "kind no text": (change(kind=["urban"]), "kind must be a short text"),
}


@pytest.mark.parametrize(("break_it", "words"), ONE_FEATURE.values(), ids=ONE_FEATURE.keys())
def test_a_faulty_feature_is_named_by_its_number(break_it: Callable[[dict[str, Any]], None], words: str) -> None:
    document = collection()
    document["features"][0]["properties"]["name_sv"] = "Ask"
    break_it(document["features"][1])
    found = faults(document)
    assert any(words in message for _, message in found), found
    assert {number for number, _ in found} == {2}
    assert all(message.startswith("feature 2") for _, message in found)


def test_all_faults_are_told_at_once_with_number_and_code() -> None:
    document = collection()
    document["features"][0]["geometry"] = None
    document["features"][1]["properties"]["name"] = ""
    document["features"][1]["geometry"]["coordinates"][0].pop()
    document["features"][2]["properties"]["area"] = None
    found = faults(document)
    assert [number for number, _ in found] == [1, 2, 2, 3]
    assert [message.split(":")[0] for _, message in found] == [
        "feature 1 (ash)",
        "feature 2 (birch)",
        "feature 2 (birch)",
        "feature 3 (cedar)",
    ]


def test_an_overlap_names_both_districts_and_its_size() -> None:
    document = collection()
    document["features"][2]["geometry"]["coordinates"] = [square(1.9)]
    ((number, message),) = faults(document)
    assert number == 3
    assert message.startswith("feature 3 (cedar): overlaps feature 2 (birch) by 545")
    assert " m² near (20.0195" in message
    assert read(document, overlap_m2=60_000).districts[2].code == "cedar"


def test_a_thousand_overlaps_are_cut_short() -> None:
    document = {"type": "FeatureCollection", "features": [feature(f"d{i}", i / 100) for i in range(60)]}
    found = faults(document)
    assert len(found) == 101
    assert "the rest is not listed" in found[-1][1]


def test_districts_that_share_a_boundary_do_not_overlap() -> None:
    assert [district.code for district in read(collection()).districts] == ["ash", "birch", "cedar"]


def test_slivers_are_left_out_only_on_demand_and_noted() -> None:
    document = collection()
    document["features"][1]["geometry"] = {
        "type": "MultiPolygon",
        "coordinates": [[square(1)], [square(1, 3, 0.00005)], [square(1, 5)]],
    }
    file = read(document, drop_slivers_m2=100)
    assert len(json.loads(file.districts[1].geometry)["coordinates"]) == 2
    assert file.notes == ("feature 2 (birch): left out a part of 13.6 m² at (20.01000, 64.03000)",)
    kept = read(document, drop_slivers_m2=10)
    assert len(json.loads(kept.districts[1].geometry)["coordinates"]) == 3
    assert kept.notes == ()


def test_a_district_of_slivers_alone_is_a_fault_with_the_option_too() -> None:
    document = collection()
    document["features"][1]["geometry"]["coordinates"] = [square(1, size=0.00002)]
    ((number, message),) = faults(document, drop_slivers_m2=100)
    assert number == 2
    assert "nothing is left of it without the parts under 100 m²" in message


@pytest.mark.parametrize("limit", [-1, float("nan"), float("inf")])
def test_a_limit_for_slivers_that_is_no_area_is_refused(limit: float) -> None:
    with pytest.raises(ValueError, match="square metres"):
        read(collection(), drop_slivers_m2=limit)


@pytest.mark.parametrize(
    ("crs", "words"),
    [
        ("EPSG:999999", "unknown coordinate system"),
        ("", "unknown coordinate system"),
        ("EPSG:5613", "not a horizontal coordinate system"),
        ("EPSG:4978", "not a horizontal coordinate system"),
    ],
)
def test_an_unusable_coordinate_system_is_named(crs: str, words: str) -> None:
    ((number, message),) = faults(collection(), crs=crs)
    assert number is None
    assert words in message


def test_degrees_in_a_metric_system_lie_outside_its_area() -> None:
    found = faults(collection(), crs="EPSG:3006")
    assert [number for number, _ in found] == [1, 2, 3]
    assert "lies outside the area of SWEREF99 TM" in found[0][1]


def test_swapped_metres_lie_outside_the_area_of_their_system() -> None:
    document = collection()
    for entry in document["features"]:
        entry["geometry"]["coordinates"] = [[[y, x] for x, y in METRES]]
    assert len(faults(document, crs="EPSG:3006")) == 3


def test_names_come_in_every_spelling_and_the_own_language_stands_first() -> None:
    document = collection()
    document["features"][0]["properties"].update({"name_sv": "Ask", "name:fi": "Saarni"})
    document["features"][1]["properties"].update({"name": None, "names": {"ar": "بتولا", "en": "Birch"}})
    document["features"][2]["properties"].update({"name": "  Cedar \n wood ", "area_name_sv": "Norr"})
    file = read(document)
    assert list(file.districts[0].names.items()) == [("en", "Ash"), ("fi", "Saarni"), ("sv", "Ask")]
    assert list(file.districts[1].names.items()) == [("en", "Birch"), ("ar", "بتولا")]
    assert file.districts[2].names == {"en": "Cedar wood"}
    assert [(area.code, area.names) for area in file.areas] == [("north", {"en": "North", "sv": "Norr"})]


def test_a_file_may_call_its_properties_otherwise() -> None:
    document = collection()
    for entry in document["features"]:
        old = entry["properties"]
        entry["properties"] = {"KOD": old["code"], "NAMN": old["name"], "OMR": "n", "OMRNAMN": "N", "area": 3.5}
    keys = PropertyNames(code="KOD", name="NAMN", area="OMR", area_name="OMRNAMN")
    file = read(document, properties=keys)
    assert [(d.code, d.area, d.names) for d in file.districts][:1] == [("ash", "n", {"en": "Ash"})]


def test_the_id_of_the_feature_stands_in_for_its_code() -> None:
    document = collection()
    for number, entry in enumerate(document["features"]):
        del entry["properties"]["code"]
        entry["id"] = number
    assert [district.code for district in read(document).districts] == ["0", "1", "2"]


def test_a_byte_order_mark_and_a_third_coordinate_do_no_harm() -> None:
    document = collection()
    rings = document["features"][0]["geometry"]["coordinates"]
    rings[0] = [[*position, 12.5] for position in rings[0]]
    content = b"\xef\xbb\xbf" + json.dumps(document).encode()
    assert read(content) == read(collection())


def test_stored_rings_follow_the_right_hand_rule() -> None:
    document = collection()
    document["features"][0]["geometry"]["coordinates"] = [square(0)[::-1], square(0.2, 0.2, 0.002)]
    shape = shapely.from_geojson(read(document).districts[0].geometry)
    assert shape.exterior.is_ccw
    assert not shape.interiors[0].is_ccw
    wanted = shapely.Polygon(square(0), [square(0.2, 0.2, 0.002)])
    assert shapely.symmetric_difference(shape, wanted).area < 1e-12


def test_a_very_large_but_sound_file_is_read() -> None:
    document = collection()
    steps = 100_000
    west, south, east, north = 20.0, 64.0, 20.01, 64.01
    edge = [[west, north - (north - south) * i / steps] for i in range(steps + 1)]
    document["features"][0]["geometry"]["coordinates"] = [[*edge, [east, south], [east, north], edge[0]]]
    content = json.dumps(document).encode()
    assert len(content) > 2_000_000
    assert shapely.get_num_coordinates(shapely.from_geojson(read(content).districts[0].geometry)) == steps + 4


def test_the_shipped_file_is_sound_and_complete() -> None:
    file = parse_districts(SHIPPED.read_bytes(), language="sv")
    assert (len(file.districts), len(file.areas), file.notes) == (31, 9, ())
    assert all(set(entry.names) == {"sv", "en"} for entry in (*file.districts, *file.areas))


def test_a_fault_in_the_shipped_file_is_found_among_its_features() -> None:
    document = json.loads(SHIPPED.read_bytes())
    broken = copy.deepcopy(document)
    broken["features"][7]["geometry"] = broken["features"][6]["geometry"]
    with pytest.raises(DistrictFileError) as caught:
        parse_districts(json.dumps(broken).encode(), language="sv")
    assert [fault.feature for fault in caught.value.faults] == [8]
    assert f"overlaps feature 7 ({document['features'][6]['id']})" in str(caught.value)
