"""The descriptor of a release's files: Data Package v2 (https://datapackage.org/standard/data-package/)."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from backend.core.release_input import ReleaseInput

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"

LEVELS = ["district", "area", "city"]

Field = dict[str, Any]


def _text(name: str, description: str, *, required: bool = False, enum: list[str] | None = None) -> Field:
    """A string field; `enum` lists the only values it may have."""
    constraints: dict[str, Any] = {"required": True} if required else {}
    if enum is not None:
        constraints["enum"] = enum
    field: Field = {"name": name, "type": "string", "description": description}
    return {**field, "constraints": constraints} if constraints else field


def _number(name: str, description: str, kind: str = "number") -> Field:
    return {"name": name, "type": kind, "description": description}


_VARIABLE = _text("variable", "Code of the variable; its meaning is in the codebook.")
_GROUP_VARIABLE = _text("group_variable", "age or gender, or empty.", enum=["age", "gender"])
_GROUP = _text("group", "Age band or gender, or empty.")

MEASUREMENT_FIELDS: tuple[Field, ...] = (
    _text("block", "Block of measurements drawn together, see method.md.", required=True),
    _text("level", "Level of the place.", required=True, enum=["district", "area", "city"]),
    _text("place", "Code of the place.", required=True),
    _VARIABLE,
    _text("category", "Category that is counted; empty for a headline balance."),
    _GROUP_VARIABLE,
    _GROUP,
    _number("value", "The noisy integer.", "integer"),
    _number("sigma", "Standard deviation of the discrete Gaussian noise."),
    _number("l2sq", "Exact squared sensitivity of the block to one whole response.", "integer"),
    _text("rho", "Privacy loss of the block (zCDP) as a fraction.", required=True),
)

RESULT_FIELDS: tuple[Field, ...] = (
    _text("release", "Code of this release.", required=True),
    _text("survey", "Code of the survey.", required=True),
    _text("wave", "Code of the wave.", required=True),
    _text("level", "Level of the place.", required=True, enum=LEVELS),
    _text("place", "Code of the place.", required=True),
    _text("measure", "share (0-1) or respondents (persons).", required=True, enum=["share", "respondents"]),
    _VARIABLE,
    _text("category", "Category code; empty for the headline group of the variable."),
    _GROUP_VARIABLE,
    _GROUP,
    _text("base", "all: all respondents; valid: valid answers only.", required=True, enum=["all", "valid"]),
    _number("estimate", "The estimate; empty when withheld."),
    _number("low", "Lower end of the 95 % interval; empty when withheld."),
    _number("high", "Upper end of the 95 % interval; empty when withheld."),
    _number(
        "n",
        "Noisy number of respondents behind the figure; for a group's count, of the whole place.",
        "integer",
    ),
    _number("noise_sd", "Standard deviation of the noise alone in the estimate; empty when withheld."),
    _text("precision", "How precise it is.", required=True, enum=["good", "uncertain", "withheld"]),
    _text(
        "status",
        "Whether it is published and if not, why.",
        required=True,
        enum=["published", "withheld-few", "withheld-imprecise"],
    ),
)

CODEBOOK_FIELDS: tuple[Field, ...] = (
    _text("variable", "Code of a variable, or a level whose places are named.", required=True),
    _text("category", "Category code; empty on the variable's own row."),
    _text("question", "Code of the question that the variable belongs to."),
    _text("kind", "Kind of question, option, background or place.", required=True),
    _text("core", "yes: asked in every wave with unchanged wording.", enum=["yes", "no"]),
    _text(
        "headline",
        "yes: the category counts towards the headline (on the variable's own row: it has a headline).",
        enum=["yes", "no"],
    ),
    _text("routed_by", "Question and answers that make this question shown; empty when always shown."),
    _number("position", "Order of the question or background variable, or of the category in it.", "integer"),
    _text("base", "Bases of the shares: districts and groups have all only, area and city those named."),
    _text("language", "Language tag (BCP 47) of the labels.", required=True),
    _text("label", "What the code means, in that language."),
    _text("headline_label", "What the headline figure of the variable is, in that language."),
)

_PLACE_KEY = ["level", "place"]
_CELL_KEY = ["variable", "category", "group_variable", "group"]


def data_package(release: ReleaseInput, files: Mapping[str, bytes]) -> bytes:
    """`datapackage.json` of the release: describes `files` (name to bytes) with sizes and SHA-256 sums."""
    descriptor = {
        "$schema": PROFILE,
        "name": re.sub(r"[^a-z0-9._-]+", "-", release.release.lower()),
        "title": release.title,
        "description": "Results of a residents' survey with differential privacy; see method.md.",
        "created": f"{release.prepared_on.isoformat()}T00:00:00Z",
        "contributors": [{"title": release.publisher, "roles": ["publisher"], **_contact(release.contact)}],
        "licenses": [{"name": release.licence.name, "title": release.licence.title, "path": release.licence.url}],
        "sources": [
            {"title": source.title, **({"path": source.url} if source.url else {})} for source in release.sources
        ],
        "survey": release.plan.survey,
        "wave": release.plan.wave,
        "privacy": {
            "unit": "one whole response",
            "rho": release.plan.rho,
            "epsilon": release.epsilon,
            "delta": release.delta,
            "planHash": release.plan_hash,
        },
        "resources": [_resource(path, content) for path, content in files.items()],
    }
    # An empty list is not allowed where the standard knows a property.
    kept = {name: value for name, value in descriptor.items() if value != []}
    return (json.dumps(kept, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _contact(contact: str) -> dict[str, str]:
    """A contact is an e-mail address or a web address; the standard has a property for each."""
    if not contact:
        return {}
    return {"email": contact} if "@" in contact else {"path": contact}


def _resource(path: str, content: bytes) -> dict[str, Any]:
    """One file of the package."""
    name, _, extension = path.rpartition(".")
    return {
        "name": name,
        "path": path,
        **_KINDS[extension],
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        **({"schema": SCHEMAS[path]} if path in SCHEMAS else {}),
    }


def _schema(fields: tuple[Field, ...], key: list[str]) -> dict[str, Any]:
    return {"fields": list(fields), "primaryKey": key, "missingValues": [""]}


SCHEMAS = {
    "measurements.csv": _schema(MEASUREMENT_FIELDS, ["block", *_PLACE_KEY, *_CELL_KEY]),
    "results.csv": _schema(RESULT_FIELDS, [*_PLACE_KEY, "measure", *_CELL_KEY, "base"]),
    "codebook.csv": _schema(CODEBOOK_FIELDS, ["variable", "category", "language"]),
}

_KINDS: dict[str, dict[str, str]] = {
    "csv": {"type": "table", "format": "csv", "mediatype": "text/csv"},
    "geojson": {"format": "geojson", "mediatype": "application/geo+json"},
    "md": {"format": "md", "mediatype": "text/markdown"},
}
