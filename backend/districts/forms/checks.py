"""What must hold of the features together: where they lie, how small parts may be, names, areas, overlaps."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from backend.core.questions import Texts
from backend.districts import geometry
from backend.districts.forms.feature import Candidate
from backend.districts.forms.values import AreaEntry, Fault

MAX_OVERLAPS = 100
SLIVER_M2 = 100.0


def locate(candidates: list[Candidate], system: geometry.CoordinateSystem) -> geometry.Metres | None:
    """Checks where on earth each candidate lies; gives the projection around them, None without any place."""
    middles = []
    for candidate in candidates:
        if not candidate.parts:
            continue
        lonlat = shapely.get_coordinates(geometry.to_wgs84(candidate.parts, system))
        outside = np.flatnonzero(system.outside(lonlat))
        if len(outside):
            own = shapely.get_coordinates(candidate.parts)[outside[0]]
            candidate.faults.append(_explain_outside(own, system))
            candidate.parts = []
        else:
            middles.append(np.median(lonlat, axis=0))
    if not middles:
        return None
    lon, lat = np.median(np.array(middles), axis=0)
    metres = geometry.Metres(float(lon), float(lat))
    for candidate in candidates:
        if candidate.parts:
            _check_reach(candidate, system, metres)
    return metres


def _explain_outside(position: Any, system: geometry.CoordinateSystem) -> str:
    where = geometry.place(position)
    if system is geometry.WGS84 and max(abs(position)) <= 360:
        return f"{where} is not a longitude and latitude: is x before y?"
    if system is geometry.WGS84:
        return f"{where} looks like metres: is a coordinate system missing (--crs EPSG:3006)?"
    return f"{where} lies outside the area of {system.name}: is it that system, and is x before y?"


def _check_reach(candidate: Candidate, system: geometry.CoordinateSystem, metres: geometry.Metres) -> None:
    """Catches the one feature with swapped axes or a stray corner: it lies on another part of the globe."""
    projected = shapely.get_coordinates(metres.project(geometry.to_wgs84(candidate.parts, system)))
    far = ~(np.hypot(projected[:, 0], projected[:, 1]) <= geometry.REACH_M)  # Also true for NaN.
    if far.any():
        own = shapely.get_coordinates(candidate.parts)[np.flatnonzero(far)[0]]
        candidate.faults.append(f"{geometry.place(own)} lies far from the other districts: is x before y?")
        candidate.parts = []


def check_parts(
    candidates: list[Candidate],
    system: geometry.CoordinateSystem,
    metres: geometry.Metres,
    chosen: float | None,
) -> None:
    """Judges every candidate's parts: slivers first, because a sliver is often invalid too, then validity."""
    for candidate in candidates:
        if candidate.parts:
            _drop_slivers(candidate, system, metres, chosen)
            _check_validity(candidate)


def _drop_slivers(
    candidate: Candidate, system: geometry.CoordinateSystem, metres: geometry.Metres, chosen: float | None
) -> None:
    """Leaves out the parts that are too small to live in if the user chose so, else makes each a fault."""
    limit = SLIVER_M2 if chosen is None else chosen
    kept = []
    for part in candidate.parts:
        # A part that crosses itself has no area of its own, so its hull is measured.
        shape = part if shapely.is_valid(part) else shapely.convex_hull(part)
        size = metres.area(geometry.to_wgs84(shape, system))
        text = f"a part of {size:.1f} m² at {geometry.place(part.exterior.coords[0])}"
        if size >= limit:
            kept.append(part)
        elif chosen is None:
            candidate.faults.append(f"{text} is a sliver; --drop-slivers {SLIVER_M2:.0f} would leave it out")
        else:
            candidate.notes.append(f"left out {text}")
    if not kept and chosen is not None:
        candidate.faults.append(f"nothing is left of it without the parts under {limit:g} m²")
    candidate.parts = kept


def _check_validity(candidate: Candidate) -> None:
    reasons = [reason for reason in map(geometry.why_invalid, candidate.parts) if reason]
    if not reasons and len(candidate.parts) > 1:
        reasons = [reason for reason in [geometry.why_invalid(geometry.join(candidate.parts))] if reason]
    candidate.faults += [f"its polygon is invalid: {reason}" for reason in reasons]
    if reasons:
        candidate.parts = []


def check_codes_and_names(candidates: list[Candidate]) -> None:
    """Marks the features whose code, or whose name in some language, an earlier feature has already."""
    codes: dict[str, int] = {}
    names: dict[tuple[str, str], int] = {}
    for candidate in candidates:
        if candidate.code and (first := codes.setdefault(candidate.code, candidate.number)) != candidate.number:
            candidate.faults.append(f"feature {first} has the same code")
        for tag, name in candidate.names.items():
            if (first := names.setdefault((tag, name.casefold()), candidate.number)) != candidate.number:
                candidate.faults.append(f"feature {first} has the same name {name!r} in {tag!r}")


def join_areas(candidates: list[Candidate], language: str) -> tuple[AreaEntry, ...]:
    """The areas that the features name: one may name its area for all, none may contradict another."""
    areas: dict[str, Texts] = {}
    for candidate in candidates:
        if not candidate.area:
            continue
        names = areas.setdefault(candidate.area, {})
        for tag, name in candidate.area_names.items():
            if names.setdefault(tag, name) != name:
                candidate.faults.append(f"area {candidate.area!r} is {names[tag]!r} before and {name!r} here")
    owners: dict[str, str] = {}
    for candidate in candidates:
        area_name = areas.get(candidate.area, {}).get(language)
        if candidate.area and area_name is None:
            candidate.faults.append(f"area {candidate.area!r} has no name in {language!r}")
        elif area_name and owners.setdefault(area_name.casefold(), candidate.area) != candidate.area:
            candidate.faults.append(
                f"areas {owners[area_name.casefold()]!r} and {candidate.area!r} have the same name"
            )
    return tuple(AreaEntry(code, names) for code, names in areas.items())


def find_overlaps(
    candidates: list[Candidate], system: geometry.CoordinateSystem, metres: geometry.Metres, limit: float
) -> Iterator[Fault]:
    """Overlaps, found in the file's own coordinates (where its lines are straight), measured in m²."""
    sound = [candidate for candidate in candidates if candidate.parts]
    count = 0
    for i, j, shared in geometry.overlaps([geometry.join(candidate.parts) for candidate in sound]):
        size = metres.area(geometry.to_wgs84(shared, system))
        if not size > limit:
            continue
        count += 1
        if count > MAX_OVERLAPS:
            yield Fault(None, f"more than {MAX_OVERLAPS} pairs of districts overlap; the rest is not listed")
            return
        where = geometry.place(shared.centroid.coords[0])
        first, second = sound[i], sound[j]
        yield Fault(second.number, f"{second.label}: overlaps {first.label} by {size:.0f} m² near {where}")
