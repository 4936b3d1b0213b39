"""What the forms read: frozen values, and the faults that keep them from being read."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from backend.core.questions import Texts


class Fault(NamedTuple):
    """One fault: the feature's number in the file (from 1; None: the whole file) and what is wrong, in words.

    The message names the feature too, so that it can stand alone.
    """

    feature: int | None
    message: str


class DistrictFileError(Exception):
    """A file that cannot be imported, with all its faults in the order of the file."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.message for fault in self.faults))


class PropertyNames(msgspec.Struct, frozen=True):
    """How the file calls its properties.

    A name is looked for as `name` (in the file's language), as `name_sv` or `name:sv` (one per language) and
    as `names` (an object from language to text); the same holds for `area_name`. `id` and the feature's own
    id stand in for a missing `code`.
    """

    code: str = "code"
    name: str = "name"
    kind: str = "kind"
    area: str = "area"
    area_name: str = "area_name"


class AreaEntry(msgspec.Struct, frozen=True):
    """An area of the file, in the order of its first district."""

    code: str
    names: Texts


class DistrictEntry(msgspec.Struct, frozen=True):
    """A sound district of the file; `geometry` is GeoJSON text in WGS84."""

    code: str
    area: str
    names: Texts
    kind: str | None
    geometry: str


class DistrictFile(msgspec.Struct, frozen=True):
    """A sound file. `notes` say what was left out because the user chose so (slivers)."""

    language: str
    areas: tuple[AreaEntry, ...]
    districts: tuple[DistrictEntry, ...]
    notes: tuple[str, ...] = ()


class PopulationRow(msgspec.Struct, frozen=True):
    """Persons of one sex (`woman`, `man`) aged `age_from` to `age_to` (None: and older) in a district."""

    district: str
    age_from: int
    age_to: int | None
    sex: str
    persons: int
