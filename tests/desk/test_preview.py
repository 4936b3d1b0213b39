"""The preview of a release: tables and remarks out of figures, without a database."""

from fractions import Fraction
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.figures import Figure
from backend.core.plan import Plan, PlannedDistrict, derive_plan
from backend.core.questionnaire_file import parse_questionnaire
from backend.releases.preview import Preview, preview
from tests.municipality import DISTRICTS, SURVEY

QUESTIONNAIRE = parse_questionnaire(SURVEY)
TEXT = "are safe out after dark"


def plan() -> Plan:
    places = [PlannedDistrict(code, area, 1000.0) for code, area in DISTRICTS.items()]
    return derive_plan(QUESTIONNAIRE, "0" * 64, "trygghet-2026-1", places, 2026, Fraction(1, 10))


def headline(level: Any, place: str, status: Any = "published", precision: Any = "good", **changes: Any) -> Figure:
    shown = status == "published"
    values: dict[str, Any] = {
        "level": level,
        "place": place,
        "measure": "share",
        "variable": "FEEL1",
        "category": "",
        "group_variable": "",
        "group": "",
        "base": "all",
        "estimate": 0.6 if shown else None,
        "low": 0.5 if shown else None,
        "high": 0.7 if shown else None,
        "n": 200,
        "noise_sd": 0.01 if shown else None,
        "precision": precision if shown else "withheld",
        "status": status,
    }
    return Figure(**{**values, **changes})


def shown(*figures: Figure) -> Preview:
    names = {("district", "hamnen"): "The harbour", ("area", "kusten"): "The coast"}
    return preview(plan(), QUESTIONNAIRE, names, figures, "en")


def test_places_stand_beside_the_whole_they_belong_to() -> None:
    found = shown()
    assert [(c.level, c.code) for c in found.city.columns] == [
        ("city", "city"),
        ("area", "kusten"),
        ("area", "inlandet"),
    ]
    coast, inland = found.areas
    assert [c.name for c in coast.columns] == ["The coast", "The harbour", "stranden"]
    assert [c.code for c in inland.columns] == ["inlandet", "skogen", "byn"]
    assert [row.text for row in coast.rows] == [TEXT]
    assert coast.rows[0].figures == (None, None, None)


def test_only_the_headline_of_everybody_is_taken() -> None:
    right = headline("district", "hamnen")
    found = shown(
        headline("district", "hamnen", category="very_safe"),
        headline("district", "hamnen", group_variable="age", group="16-39"),
        headline("district", "hamnen", base="valid"),
        headline("district", "hamnen", variable="SEEN"),
        right,
    )
    assert found.areas[0].rows[0].figures == (None, right, None)


def test_counts_stand_above_the_headlines_and_never_among_them() -> None:
    count = headline("city", "city", measure="respondents", variable="", estimate=251.0)
    found = shown(count, headline("city", "city"))
    assert found.city.counts == (count, None, None)
    assert found.city.rows[0].figures[0] == headline("city", "city")


def test_remarks_name_districts_and_say_why() -> None:
    found = shown(
        headline("city", "city", precision="uncertain"),
        headline("area", "kusten", status="withheld-few"),
        headline("district", "hamnen", status="withheld-few"),
        headline("district", "stranden", status="withheld-imprecise"),
        headline("district", "skogen", precision="uncertain"),
        headline("district", "byn"),
    )
    assert found.too_few == (("The harbour", 1, 1),)
    assert found.too_wide == (("stranden", 1, 1),)
    assert found.uncertain == (("skogen", 1, 1),)


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(list(DISTRICTS)),
        st.sampled_from(["withheld-few", "withheld-imprecise", "uncertain", "good"]),
    )
)
def test_every_district_is_in_one_table_and_in_at_most_one_remark(kinds: dict[str, str]) -> None:
    figures = [
        headline("district", code, status=kind)
        if kind.startswith("withheld")
        else headline("district", code, precision=kind)
        for code, kind in kinds.items()
    ]
    found = shown(*figures)
    in_tables = [f for table in found.areas for f in table.rows[0].figures if f is not None]
    assert sorted(in_tables, key=lambda f: f.place) == sorted(figures, key=lambda f: f.place)
    remarks = [len(found.too_few), len(found.too_wide), len(found.uncertain)]
    wanted = ["withheld-few", "withheld-imprecise", "uncertain"]
    assert remarks == [sum(kind == one for kind in kinds.values()) for one in wanted]
