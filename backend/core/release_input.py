"""Everything that the files of a release are written from."""

from datetime import date

import msgspec

from backend.core.figures import Figure
from backend.core.measurements import Measurements
from backend.core.plan import Plan
from backend.core.questions import Questionnaire, Texts


class Source(msgspec.Struct, frozen=True):
    """A source to be named beside the data, with its public address (or an empty one)."""

    title: str
    url: str = ""


class Licence(msgspec.Struct, frozen=True):
    """A licence by its SPDX name, title and address."""

    name: str = "CC0-1.0"
    title: str = "CC0 1.0 Universal (public domain dedication)"
    url: str = "https://creativecommons.org/publicdomain/zero/1.0/"


class ReleaseInput(msgspec.Struct, frozen=True):
    """A release before it is written.

    `release` is its stable code. `place_names` maps a level (`district`, `area`, `city`) to place codes and
    their names by language. `districts_geojson` is published as it is. `epsilon` is the privacy loss of the
    whole plan at `delta`, as text. `population_source` says in a sentence where the populations of the plan
    come from. `special_labels` adds to or replaces the built-in labels of codes such as `_no_valid_answer`.
    """

    release: str
    title: str
    publisher: str
    contact: str
    plan: Plan
    plan_hash: str
    questionnaire: Questionnaire
    measurements: Measurements
    figures: tuple[Figure, ...]
    place_names: dict[str, dict[str, Texts]]
    districts_geojson: bytes
    epsilon: str
    prepared_on: date
    population_source: str
    sources: tuple[Source, ...]
    delta: str = "1e-6"
    licence: Licence = Licence()
    one_response_enforced: bool = False
    special_labels: dict[str, Texts] = {}
