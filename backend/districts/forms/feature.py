"""Reads one GeoJSON feature: its code, names, area and polygon parts, with all that is wrong with it."""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from backend.core.questions import Texts
from backend.districts import geometry
from backend.districts.forms.values import PropertyNames

MAX_NAME = 120
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
# A district's page stands beside the page of downloads, under its code.
TAKEN = frozenset({"downloads"})
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass
class Candidate:
    """A feature on its way to a district: what could be read so far and what is wrong with it."""

    number: int
    code: str = ""
    area: str = ""
    kind: str | None = None
    names: Texts = field(default_factory=dict)
    area_names: Texts = field(default_factory=dict)
    parts: list[Any] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        known = self.code or next(iter(self.names.values()), "")
        return f"feature {self.number} ({known})" if known else f"feature {self.number}"


def read_feature(number: int, raw: object, keys: PropertyNames, language: str) -> Candidate:
    candidate = Candidate(number)
    properties = raw.get("properties") if isinstance(raw, dict) else None
    if not isinstance(raw, dict) or raw.get("type") != "Feature" or not isinstance(properties, dict):
        candidate.faults.append("it is not a GeoJSON Feature with properties")
        return candidate
    faults = candidate.faults
    code = next((v for v in (properties.get(keys.code), properties.get("id"), raw.get("id")) if v is not None), None)
    candidate.code = _read_code(code, "code", faults)
    candidate.area = _read_code(properties.get(keys.area), keys.area, faults)
    candidate.names = _read_names(properties, keys.name, language, faults)
    candidate.area_names = _read_names(properties, keys.area_name, language, faults, required=False)
    kind = properties.get(keys.kind)
    if kind is not None and not (isinstance(kind, str) and 0 < len(kind) <= 64 and kind.isprintable()):
        faults.append(f"its {keys.kind} must be a short text")
    else:
        candidate.kind = kind
    candidate.parts, shape_faults = geometry.read_parts(raw.get("geometry"))
    if shape_faults:
        candidate.parts = []
    faults += dict.fromkeys(shape_faults)
    return candidate


def _read_code(raw: object, what: str, faults: list[str]) -> str:
    code = str(raw) if type(raw) is int else raw
    if code is None or code == "":
        faults.append(f"it has no {what}")
    elif not isinstance(code, str) or not CODE.fullmatch(code):
        faults.append(
            f"its {what} {str(code)[:80]!r} is not a code: use a-z, 0-9 and - (not first), at most 64 of them"
        )
    elif code in TAKEN:
        faults.append(f"its {what} {code!r} is a word of the service's own addresses; choose another")
    else:
        return code
    return ""


def _read_names(
    properties: dict[str, Any], key: str, language: str, faults: list[str], *, required: bool = True
) -> Texts:
    """All names under `key`, by language, the file's language first."""
    found: dict[str, object] = {}
    several = properties.get(f"{key}s")
    if isinstance(several, dict):
        found.update(several)
    for name, value in properties.items():
        suffix = name[len(key) + 1 :] if name.startswith((f"{key}_", f"{key}:")) else ""
        if LANGUAGE.fullmatch(suffix):
            found.setdefault(suffix, value)
    if key in properties:
        found.setdefault(language, properties[key])
    names = {}
    for tag in sorted(found, key=lambda tag: (tag != language, tag)):
        text = _read_name(tag, found[tag], key, faults)
        if text:
            names[tag] = text
    if language not in names and (required or names):
        faults.append(f"it has no {key} in {language!r}")
    return names


def _read_name(tag: str, raw: object, key: str, faults: list[str]) -> str | None:
    if raw is None or raw == "":
        return None
    if not LANGUAGE.fullmatch(tag):
        faults.append(f"its {key} is given in {tag[:40]!r}, which is not a language tag")
        return None
    name = " ".join(unicodedata.normalize("NFC", raw).split()) if isinstance(raw, str) else ""
    if not name or len(name) > MAX_NAME or not name.isprintable():
        faults.append(f"its {key} in {tag!r} must be a text of 1 to {MAX_NAME} printable characters")
        return None
    return name
