from fractions import Fraction

import msgspec
import pytest

from backend.core.plan import Plan, PlannedDistrict, areas, derive_plan, groupings, plan_hash
from backend.core.questions import BackgroundVariable, Condition
from tests.core import release_examples as examples
from tests.core.release_examples import DISTRICTS, RHO, choices, plan, question, questionnaire


def variables(planned: Plan) -> dict[str, tuple[str, ...]]:
    return {variable.code: variable.categories for variable in planned.variables}


def test_variables_follow_from_the_questionnaire():
    assert variables(plan()) == {
        "FEEL": ("very", "fairly", "little", "not", "_no_valid_answer"),
        "HEARD": ("yes", "no", "_no_valid_answer"),
        "REPORTED": ("police", "city", "nobody", "_no_valid_answer", "_not_shown"),
        "FIRST:lighting": ("yes", "no", "_no_valid_answer"),
        "FIRST:adults": ("yes", "no", "_no_valid_answer"),
        "FIRST:traffic": ("yes", "no", "_no_valid_answer"),
        "SEEN:here": ("yes", "no", "_no_valid_answer", "_not_shown"),
        "SEEN:there": ("yes", "no", "_no_valid_answer", "_not_shown"),
        "housing": ("house", "flat", "_no_valid_answer"),
    }


def test_core_and_headline_are_taken_over():
    by_code = {variable.code: variable for variable in plan().variables}
    assert [code for code, variable in by_code.items() if variable.core] == ["FEEL", "HEARD"]
    assert by_code["FEEL"].headline == ("very", "fairly")
    assert by_code["FIRST:adults"].headline == ("yes",)
    assert by_code["FIRST:adults"].question == "FIRST"
    assert by_code["housing"].headline == ()


def test_bands_end_with_not_stated_and_preferring_not_to_answer_is_no_band():
    gender = BackgroundVariable("gender", {}, {}, choices("woman", "man", "other", "_prefer_not"))
    planned = plan(asked=questionnaire(background=(examples.AGE, gender)))
    assert planned.age_categories == ("16-24", "25-64", "65+", "_not_stated")
    assert planned.gender_categories == ("woman", "man", "other", "_not_stated")


def test_a_grouping_that_is_not_asked_has_no_categories():
    planned = plan(asked=questionnaire(background=(examples.GENDER,)))
    assert groupings(planned) == {"gender": ("woman", "man", "other", "_not_stated")}


def test_elsewhere_stands_in_an_area_of_its_own():
    assert areas(plan()) == {"north": ("D1", "D3"), "south": ("D2",), "_elsewhere": ("_elsewhere",)}
    assert plan().districts[-1].population == 0


def test_the_shares_are_the_method_s_and_leave_the_later_blocks_theirs():
    shares = {name: Fraction(share) for name, share in plan().shares.items()}
    assert {name: float(share) for name, share in shares.items()} == {
        "n": 0.08,
        "composition": 0.06,
        "core_headline": 0.42,
        "detail": 0.09,
        "age_core": 0.14,
        "gender_core": 0.08,
    }
    assert 1 - sum(shares.values()) == Fraction(7 + 4 + 2, 100)


def test_the_hash_survives_storage_and_sees_every_change():
    planned = plan()
    stored = msgspec.json.decode(msgspec.json.encode(planned), type=Plan)
    assert plan_hash(stored) == plan_hash(planned)
    whole = [msgspec.structs.replace(district, population=int(district.population)) for district in DISTRICTS]
    assert plan_hash(derive_plan(questionnaire(), "hash", "2026-1", whole, 2026, RHO)) == plan_hash(planned)
    changed = [
        msgspec.structs.replace(planned, rho="1/10"),
        msgspec.structs.replace(planned, questionnaire_hash="other"),
        msgspec.structs.replace(planned, districts=planned.districts[::-1]),
        msgspec.structs.replace(planned, shares={**planned.shares, "n": "1/100"}),
        msgspec.structs.replace(planned, variables=planned.variables[1:]),
    ]
    assert len({plan_hash(planned), *(plan_hash(other) for other in changed)}) == 6


def core(code: str, kind: str = "single", *codes: str, **fields: object):
    fields = {"headline": codes[:1], "core": True} | fields
    return question(code, kind, *codes, **fields)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        ([core("A", "several", "a", "b", headline=())], "A: a core question has to be answered with one choice"),
        ([core("A", "text")], "A: a core question has to be answered with one choice"),
        ([core("A", "single", "a", "b", headline=())], "A: a core question needs a headline"),
        ([core("A", "single", "a", "b", headline=("c",))], "A: the headline names c"),
        ([core("A", "single", "a", "b", show_if=Condition("B", ("x",)))], "A: a core question cannot be routed"),
        ([core(f"A{i}", "single", "a", "b") for i in range(11)], "at most 10"),
        ([question("A", "single", "a")], "A: at least two choices"),
        ([question("A", "several")], "A: a choose-several question needs choices"),
        ([question("A", "single", "a", "b", "a")], "A: the choice a occurs more than once"),
        ([question("A", "single", "a", "_b")], "A: the choice _b begins with an underscore"),
        ([question("A", "single", "a", "b")] * 2, "the code A occurs more than once"),
        ([question("housing", "single", "a", "b")], "the code housing occurs more than once"),
        ([question("district", "single", "a", "b")], "the code district occurs more than once"),
        ([question("A:b", "single", "a", "b")], "A:b: a code must not contain a colon"),
    ],
)
def test_a_questionnaire_that_cannot_be_tabulated_is_refused(asked, fault):
    with pytest.raises(ValueError, match=fault):
        plan(asked=questionnaire(*asked))


@pytest.mark.parametrize(
    ("districts", "fault"),
    [
        ([], "at least one district"),
        ([*DISTRICTS, DISTRICTS[0]], "the district D1 occurs more than once"),
        ([PlannedDistrict("_elsewhere", "north", 1.0)], "_elsewhere is added by the plan"),
        ([PlannedDistrict("D1", "_elsewhere", 1.0)], "_elsewhere is added by the plan"),
        ([PlannedDistrict("D1", "north", float("nan"))], "district D1: the population"),
        ([PlannedDistrict("D1", "north", -1.0)], "district D1: the population"),
    ],
)
def test_places_that_are_not_sound_are_refused(districts, fault):
    with pytest.raises(ValueError, match=fault):
        derive_plan(questionnaire(), "hash", "2026-1", districts, 2026, RHO)


@pytest.mark.parametrize("rho", [Fraction(0), Fraction(-1, 5), Fraction(30, 5000)])
def test_rho_has_to_pay_for_more_than_the_looks(rho):
    with pytest.raises(ValueError, match="rho"):
        plan(rho=rho)


def test_ten_core_questions_are_allowed():
    planned = plan(asked=questionnaire(*(core(f"A{i}", "single", "a", "b") for i in range(10))))
    assert sum(variable.core for variable in planned.variables) == 10
