"""Reads the files of a municipality's division: districts (GeoJSON) and their population (CSV).

Messages are English: they are for whoever runs the import on the command line.
"""

from backend.districts.forms.districts import parse_districts
from backend.districts.forms.population import parse_population, persons_from, population_16_plus
from backend.districts.forms.values import (
    AreaEntry,
    DistrictEntry,
    DistrictFile,
    DistrictFileError,
    Fault,
    PopulationRow,
    PropertyNames,
)

__all__ = [
    "AreaEntry",
    "DistrictEntry",
    "DistrictFile",
    "DistrictFileError",
    "Fault",
    "PopulationRow",
    "PropertyNames",
    "parse_districts",
    "parse_population",
    "persons_from",
    "population_16_plus",
]
