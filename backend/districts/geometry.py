"""Pure polygon work: rings, coordinate systems, areas, overlaps, lookup and outlines. No database, no files.

Coordinates are (x, y) everywhere, so longitude comes before latitude (RFC 7946, section 3.1.1).
"""

import gzip
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import shapely

Coordinates = npt.NDArray[np.float64]
"""Shape (n, 2): x and y of n positions."""

DECIMALS = 6  # About a decimetre, finer than any boundary is surveyed.
OUTLINE_DECIMALS = 4  # About ten metres; a phone's own position is seldom better.
OUTLINE_TOLERANCES_M = (25.0, 50.0, 100.0, 200.0, 400.0)
OUTLINE_BYTES = 40_000
AREA_MARGIN_DEGREES = 2.0  # Municipalities reach a little beyond the zone their coordinate system is meant for.
REACH_M = 2_000_000.0  # No municipality lies this far from its own middle.


@dataclass(frozen=True)
class CoordinateSystem:
    """A horizontal coordinate system: its name, its area of use and the way to WGS84 (None: it is WGS84)."""

    name: str
    bounds: tuple[float, float, float, float]
    transformer: Any = None

    def to_wgs84(self, coordinates: Coordinates) -> Coordinates:
        """Longitudes and latitudes in degrees, shape (n, 2); infinite where the system does not reach."""
        if self.transformer is None:
            return coordinates
        lon, lat = self.transformer.transform(coordinates[:, 0], coordinates[:, 1])
        return np.column_stack((lon, lat)).astype(np.float64)

    def outside(self, lonlat: Coordinates) -> npt.NDArray[np.bool_]:
        """Which of these WGS84 positions, shape (n,), lie outside the area that the system is made for."""
        west, south, east, north = self.bounds
        lon, lat = lonlat[:, 0], lonlat[:, 1]
        # An area of use that crosses the antimeridian has its west east of its east.
        inside = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
        inside &= (lat >= south) & (lat <= north) & np.isfinite(lon)
        return ~inside


WGS84 = CoordinateSystem("WGS 84", (-180.0, -90.0, 180.0, 90.0))


def coordinate_system(text: str) -> CoordinateSystem:
    """The coordinate system that a user or a file names: `EPSG:3006`, a URN, WKT, anything that pyproj knows.

    Raises ValueError, with a message for the user, when it is unknown or not horizontal.
    """
    import pyproj

    try:
        crs = pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise ValueError(f"unknown coordinate system {text[:80]!r}; write it like EPSG:3006") from error
    if not (crs.is_geographic or crs.is_projected):
        raise ValueError(f"{text[:80]!r} ({crs.name}) is not a horizontal coordinate system")
    transformer = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return CoordinateSystem(crs.name, _bounds_with_margin(crs.area_of_use), transformer)


def _bounds_with_margin(area: Any) -> tuple[float, float, float, float]:
    if area is None or area.east - area.west >= 360 - 2 * AREA_MARGIN_DEGREES:
        return WGS84.bounds
    return (
        area.west - AREA_MARGIN_DEGREES,
        max(area.south - AREA_MARGIN_DEGREES, -90.0),
        area.east + AREA_MARGIN_DEGREES,
        min(area.north + AREA_MARGIN_DEGREES, 90.0),
    )


class Metres:
    """An equal-area projection in metres around one place: areas in it are true (Snyder 1987, p. 182)."""

    def __init__(self, lon: float, lat: float) -> None:
        import pyproj

        laea = f"+proj=laea +lat_0={lat:.6f} +lon_0={lon:.6f} +datum=WGS84 +units=m"
        self._forward = pyproj.Transformer.from_crs("EPSG:4326", laea, always_xy=True)

    def project(self, geometry: Any) -> Any:
        """The WGS84 geometry in metres."""
        return shapely.transform(geometry, self._forward.transform, interleaved=False)

    def unproject(self, geometry: Any) -> Any:
        """The geometry in metres as WGS84."""
        return shapely.transform(
            geometry, lambda x, y: self._forward.transform(x, y, direction="INVERSE"), interleaved=False
        )

    def area(self, geometry: Any) -> float:
        """Square metres of a WGS84 geometry."""
        return float(self.project(geometry).area)


def read_parts(geometry: object) -> tuple[list[Any], list[str]]:
    """The parts of a GeoJSON Polygon or MultiPolygon as shapely polygons, and what is wrong in words.

    Coordinates stay as they are in the file. Validity is not checked here; rings are closed and finite.
    """
    if not isinstance(geometry, dict):
        return [], ["it has no geometry"]
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in {"Polygon", "MultiPolygon"}:
        return [], [f"its geometry is {str(kind)[:40]!r}; a district must be a Polygon or a MultiPolygon"]
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(polygons, list) or not polygons:
        return [], [f"its {kind} is empty"]
    parts, faults = [], []
    for polygon in polygons:
        if not isinstance(polygon, list) or not polygon:
            faults.append(f"its {kind} is empty" if polygon == [] else "a polygon must be a list of rings")
            continue
        rings, ring_faults = _read_rings(polygon)
        faults += ring_faults
        if not ring_faults:
            parts.append(shapely.Polygon(rings[0], rings[1:]))
    return parts, faults


def _read_rings(polygon: list[object]) -> tuple[list[Coordinates], list[str]]:
    rings, faults = [], []
    for raw in polygon:
        try:
            rings.append(_read_ring(raw))
        except ValueError as error:
            faults.append(str(error))
    return rings, faults


def _read_ring(raw: object) -> Coordinates:
    if not isinstance(raw, list) or not all(_is_position(position) for position in raw):
        raise ValueError("a ring must be a list of positions, each with two or three numbers")
    if not raw:
        raise ValueError("a ring has no positions")
    try:
        ring = np.array([position[:2] for position in raw], dtype=np.float64)
    except OverflowError:
        raise ValueError("a coordinate is too large to be a number on earth") from None
    if not np.isfinite(ring).all():
        raise ValueError("a coordinate is not a finite number (NaN or infinity)")
    if not np.array_equal(ring[0], ring[-1]):
        raise ValueError(
            f"the ring that starts at {place(ring[0])} is not closed: its last position must equal its first"
        )
    if len(ring) < 4:
        raise ValueError(f"the ring at {place(ring[0])} has fewer than four positions")
    return ring


def _is_position(raw: object) -> bool:
    return isinstance(raw, list) and len(raw) >= 2 and all(type(number) in (int, float) for number in raw[:2])


def place(position: Sequence[float] | Coordinates) -> str:
    """A position in words, as short as it can be looked up in a map program."""
    x, y = float(position[0]), float(position[1])
    return f"({x:.5f}, {y:.5f})" if abs(x) <= 360 and abs(y) <= 360 else f"({x:.0f}, {y:.0f})"


def to_wgs84(geometry: Any, system: CoordinateSystem) -> Any:
    """The geometry in WGS84 degrees, unrounded."""
    return shapely.transform(geometry, system.to_wgs84)


def why_invalid(geometry: Any) -> str | None:
    """Why the polygon is invalid (OGC Simple Features), with the place; None when it is valid."""
    return None if shapely.is_valid(geometry) else str(shapely.is_valid_reason(geometry))


def join(parts: Sequence[Any]) -> Any:
    """One part as a polygon, several as a multipolygon."""
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(list(parts))


def overlaps(shapes: Sequence[Any]) -> Iterator[tuple[int, int, Any]]:
    """Every pair (i, j, what both cover) of shapes, i < j, that share more than a boundary."""
    tree = shapely.STRtree(list(shapes))
    for i, shape in enumerate(shapes):
        for j in sorted(int(k) for k in tree.query(shape, predicate="intersects") if k > i):
            shared = shapely.intersection(shape, shapes[j])
            if shared.area > 0:
                yield i, j, shared


def geometry_json(geometry: Any) -> str:
    """GeoJSON text of a WGS84 polygon: rounded to DECIMALS, right-handed rings (RFC 7946, section 3.1.6)."""
    rounded = shapely.transform(geometry, lambda c: np.round(c, DECIMALS))
    if not shapely.is_valid(rounded):
        # Rounding can pinch a narrow neck; snapping to the same grid mends that and moves nothing further.
        rounded = shapely.set_precision(geometry, 10.0**-DECIMALS)
    return msgspec.json.encode(shapely.geometry.mapping(shapely.orient_polygons(rounded))).decode()


class DistrictIndex:
    """Point-in-polygon over a set of districts, built once and read by any thread."""

    def __init__(self, codes: Sequence[str], geometries: Sequence[str]) -> None:
        """Both in the order of the districts' positions; geometries as GeoJSON text in WGS84."""
        self._codes = tuple(codes)
        self._shapes = shapely.from_geojson(list(geometries)) if geometries else np.array([], dtype=object)
        self._tree = shapely.STRtree(self._shapes)

    def find(self, lon: float, lat: float) -> str | None:
        """The code of the district at this place (WGS84 degrees), or None outside all of them.

        A point on a shared boundary belongs to the first of its districts, so always to the same one.
        """
        if not (math.isfinite(lon) and math.isfinite(lat)):
            return None
        hits = self._tree.query(shapely.Point(lon, lat), predicate="intersects")
        return self._codes[int(hits.min())] if len(hits) else None

    def outline(self) -> bytes:
        """A small GeoJSON FeatureCollection with each district's `code`, for "where am I" on the phone.

        Shared boundaries stay shared (shapely's coverage simplification); the tolerance grows until the
        file, compressed, is at most OUTLINE_BYTES, or the last tolerance is reached.
        """
        if not self._codes:
            return _collection([], [])
        west, south, east, north = shapely.total_bounds(self._shapes)
        metres = Metres((west + east) / 2, (south + north) / 2)
        projected = [metres.project(shape) for shape in self._shapes]
        for tolerance in OUTLINE_TOLERANCES_M:
            simple = shapely.coverage_simplify(projected, tolerance)
            text = _collection(self._codes, [_coarse(metres.unproject(shape)) for shape in simple])
            if len(gzip.compress(text, mtime=0)) <= OUTLINE_BYTES:
                break
        return text


def _coarse(geometry: Any) -> dict[str, Any]:
    """GeoJSON of the geometry with OUTLINE_DECIMALS, without repeated positions or what collapsed."""
    polygons = []
    for part in shapely.get_parts(geometry):
        rings = [_coarse_ring(ring) for ring in (part.exterior, *part.interiors)]
        if len(rings[0]) >= 4:
            polygons.append([rings[0], *(ring for ring in rings[1:] if len(ring) >= 4)])
    return {"type": "MultiPolygon", "coordinates": polygons}


def _coarse_ring(ring: Any) -> list[list[float]]:
    rounded = np.round(shapely.get_coordinates(ring), OUTLINE_DECIMALS)
    moved = np.any(np.diff(rounded, axis=0) != 0, axis=1)
    kept: list[list[float]] = rounded[np.concatenate(([True], moved))].tolist()
    return kept


def _collection(codes: Sequence[str], geometries: Sequence[dict[str, Any]]) -> bytes:
    features = [
        {"type": "Feature", "id": code, "properties": {"code": code}, "geometry": geometry}
        for code, geometry in zip(codes, geometries, strict=True)
    ]
    return msgspec.json.encode({"type": "FeatureCollection", "features": features})
