"""The files of a release, with the names and sources that stand beside the figures."""

from datetime import datetime
from fractions import Fraction

from backend.clock import local_date
from backend.config import Settings
from backend.core.budget import epsilon
from backend.core.figures import Figure
from backend.core.measurements import Measurements
from backend.core.plan import Plan
from backend.core.questions import Texts, text_in
from backend.core.release_files import release_files
from backend.core.release_input import ReleaseInput, Source
from backend.districts.queries import district_geojson, list_areas, list_districts
from backend.releases.models import Release
from backend.surveys.queries import questionnaire_of

DELTA = 1e-6


async def write_files(
    settings: Settings,
    release: Release,
    plan: Plan,
    measurements: Measurements,
    figures: tuple[Figure, ...],
    prepared_at: datetime,
) -> dict[str, bytes]:
    """Every file by its name, in the order of the download list."""
    questionnaire = questionnaire_of(release.wave)
    language = settings.languages[0]
    return release_files(
        ReleaseInput(
            release=release.code,
            title=f"{text_in(questionnaire.title, language)} ({release.wave.code})",
            publisher=settings.municipality_name,
            contact=settings.contact,
            plan=plan,
            plan_hash=release.wave.plan_hash or "",
            questionnaire=questionnaire,
            measurements=measurements,
            figures=figures,
            place_names=await _place_names(settings, questionnaire.languages),
            districts_geojson=await district_geojson({district.code for district in plan.districts}),
            epsilon=f"{epsilon(Fraction(plan.rho), DELTA):.2f}",
            prepared_on=local_date(prepared_at, settings.zone),
            population_source=settings.data_sources,
            sources=(Source(settings.data_sources),),
        )
    )


async def _place_names(settings: Settings, languages: tuple[str, ...]) -> dict[str, dict[str, Texts]]:
    """Names of every district and area, retired ones included, and the municipality's own as the city."""
    return {
        "district": {d.code: d.names for d in await list_districts(include_retired=True)},
        "area": {a.code: a.names for a in await list_areas()},
        "city": {"city": {language: settings.municipality_name for language in languages}},
    }
