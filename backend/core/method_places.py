"""The table of places and population weights in `method.md`: what a reader needs to repeat the weighting."""

from backend.core.codebook import SPECIAL_LABELS
from backend.core.questions import text_in
from backend.core.release_input import ReleaseInput


def weights_table(release: ReleaseInput) -> str:
    """District, area and population (persons, public figures) of the plan as a Markdown section."""
    rows = "\n".join(
        f"| `{district.code}` | {_name(release, 'district', district.code)} | `{district.area}` "
        f"| {_name(release, 'area', district.area)} | {district.population:.10g} |"
        for district in release.plan.districts
    )
    return f"""## Places and weights

| district | name | area | name | population |
|---|---|---|---|--:|
{rows}"""


def _name(release: ReleaseInput, level: str, code: str) -> str:
    """The place's name in the survey's first language, safe within a table cell."""
    labels = {**SPECIAL_LABELS, **release.special_labels}
    texts = release.place_names.get(level, {}).get(code) or labels.get(code, {})
    language = release.questionnaire.languages[0] if release.questionnaire.languages else ""
    return " ".join(text_in(texts, language).split()).replace("|", "\\|")
