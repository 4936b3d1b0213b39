"""Reads a municipality's district file into frozen values, or says everything that is wrong with it."""

import json
import math

from backend.districts import geometry
from backend.districts.forms import checks
from backend.districts.forms.feature import Candidate, read_feature
from backend.districts.forms.values import (
    DistrictEntry,
    DistrictFile,
    DistrictFileError,
    Fault,
    PropertyNames,
)

MAX_BYTES = 20_000_000
MAX_FEATURES = 5_000
OVERLAP_M2 = 100.0


STANDARD_PROPERTIES = PropertyNames()


def parse_districts(
    content: bytes,
    *,
    language: str,
    crs: str | None = None,
    drop_slivers_m2: float | None = None,
    overlap_m2: float = OVERLAP_M2,
    properties: PropertyNames = STANDARD_PROPERTIES,
) -> DistrictFile:
    """The districts of a GeoJSON FeatureCollection (RFC 7946, or its 2008 forerunner with a `crs` member).

    `language` is the language of plain `name` properties, and every name must exist in it. `crs` overrides
    the file's own coordinate system. Polygon parts under `drop_slivers_m2` square metres are left out, and
    noted; without it a part under SLIVER_M2 is a fault. Two districts may share at most `overlap_m2` square
    metres. Areas are measured in an equal-area projection around the districts.

    Raises DistrictFileError with all faults, and ValueError for a limit that is no limit.
    """
    if drop_slivers_m2 is not None and not (math.isfinite(drop_slivers_m2) and drop_slivers_m2 >= 0):
        raise ValueError("the limit for slivers must be a number of square metres")
    features, own_crs = _read_collection(content)
    system = _coordinate_system(crs, own_crs)
    candidates = [read_feature(n, f, properties, language) for n, f in enumerate(features, start=1)]
    metres = checks.locate(candidates, system)
    if metres is not None:
        checks.check_parts(candidates, system, metres, drop_slivers_m2)
    checks.check_codes_and_names(candidates)
    areas = checks.join_areas(candidates, language)
    faults = [Fault(c.number, f"{c.label}: {text}") for c in candidates for text in c.faults]
    if metres is not None:
        faults += checks.find_overlaps(candidates, system, metres, overlap_m2)
    if faults:
        raise DistrictFileError(faults)
    return DistrictFile(
        language=language,
        areas=areas,
        districts=tuple(_entry(candidate, system) for candidate in candidates),
        notes=tuple(f"{c.label}: {note}" for c in candidates for note in c.notes),
    )


def _entry(candidate: Candidate, system: geometry.CoordinateSystem) -> DistrictEntry:
    shape = geometry.to_wgs84(geometry.join(candidate.parts), system)
    return DistrictEntry(
        candidate.code, candidate.area, candidate.names, candidate.kind, geometry.geometry_json(shape)
    )


def _refuse(message: str) -> DistrictFileError:
    return DistrictFileError([Fault(None, message)])


def decode_text(content: bytes) -> str:
    """The file as text, without byte order mark; raises DistrictFileError if too large or not UTF-8."""
    if len(content) > MAX_BYTES:
        raise _refuse(f"the file has {len(content) / 1e6:.1f} MB; at most {MAX_BYTES // 10**6} MB can be imported")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refuse(f"the file is not UTF-8 text (byte {error.start})") from error


def _read_collection(content: bytes) -> tuple[list[object], str | None]:
    """The raw features and the coordinate system that the file itself names, if any."""
    try:
        # The standard library's reader, because it lets NaN through: the fault can then name its feature.
        document = json.loads(decode_text(content))
    except RecursionError as error:
        raise _refuse("the file is nested too deeply to be GeoJSON") from error
    except json.JSONDecodeError as error:
        raise _refuse(f"the file is not JSON: {error.msg} (line {error.lineno}, column {error.colno})") from error
    except ValueError as error:
        raise _refuse("the file holds a number with more digits than can be read") from error
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise _refuse("the file is not a GeoJSON FeatureCollection")
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise _refuse("the file has no features")
    if len(features) > MAX_FEATURES:
        raise _refuse(f"the file has {len(features)} features; at most {MAX_FEATURES} can be imported")
    return features, _named_crs(document.get("crs"))


def _named_crs(crs: object) -> str | None:
    """The name in a `crs` member of GeoJSON 2008 (section 3.1); None when the member is absent or null."""
    if crs is None:
        return None
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str) or not 0 < len(name) <= 200:
        raise _refuse("the file's crs member does not name a coordinate system; say which with --crs EPSG:3006")
    return name


def _coordinate_system(chosen: str | None, own: str | None) -> geometry.CoordinateSystem:
    """WGS84 unless the user or the file says otherwise; the user's word counts more than the file's."""
    text = chosen if chosen is not None else own
    if text is None:
        return geometry.WGS84
    try:
        return geometry.coordinate_system(text)
    except ValueError as error:
        raise _refuse(str(error)) from error
