"""Parsing answers: the rules field by field, and that equal answers become equal bytes."""

import json
import random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.answers import AnswersRefused, canonical, parse_answers, raw_from_json
from backend.core.questions import DONT_KNOW, ELSEWHERE, NOT_SHOWN, PREFER_NOT

DISTRICTS = frozenset({"teg", "haga"})
MINIMAL = {"district": ["teg"], "FEEL1": ["very_safe"]}


def faults(questionnaire, **fields):
    """The faults of a minimal sound response with these fields changed, as (name, message with values)."""
    with pytest.raises(AnswersRefused) as caught:
        parse_answers(questionnaire, DISTRICTS, {**MINIMAL, **fields})
    return [(fault.name, fault.message % fault.values) for fault in caught.value.faults]


def parsed(questionnaire, **fields):
    return parse_answers(questionnaire, DISTRICTS, {**MINIMAL, **fields})


def test_only_the_district_and_required_questions_must_be_answered(demo):
    assert parsed(demo) == {"district": "teg", "FEEL1": "very_safe", "REP1": NOT_SHOWN}


def test_all_answers_come_out_in_the_order_of_the_questionnaire(demo):
    fields = {
        "OPEN1": ["Mer ljus"],
        "PRIO1": ["traffic", "lighting"],
        "REP1": ["no"],
        "EXP": ["once"],
        "FEEL6": ["10"],
        "housing": ["rented"],
        "gender": [PREFER_NOT],
        "age": ["16-24"],
    }
    assert list(parsed(demo, **fields).items()) == [
        ("district", "teg"),
        ("age", "16-24"),
        ("gender", PREFER_NOT),
        ("housing", "rented"),
        ("FEEL1", "very_safe"),
        ("FEEL6", "10"),
        ("EXP", "once"),
        ("REP1", "no"),
        ("PRIO1", ["lighting", "traffic"]),
        ("OPEN1", "Mer ljus"),
    ]


def test_blank_fields_are_answers_left_out(demo):
    blank = {"age": [""], "gender": [" "], "FEEL2": [""], "PRIO1": ["", ""], "OPEN1": [" \r\n "], "TRU1": []}
    assert parsed(demo, **blank) == parsed(demo)


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"district": []}, "district", "Choose your district"),
        ({"district": [""]}, "district", "Choose your district"),
        ({"district": ["nowhere"]}, "district", "not on the list"),
        ({"district": ["teg", "haga"]}, "district", "only one district"),
        ({"age": ["17"]}, "age", "not one of the choices"),
        ({"age": [DONT_KNOW]}, "age", "not one of the choices"),
        ({"gender": ["woman", "man"]}, "gender", "only one answer"),
        ({"FEEL1": []}, "FEEL1", "Please answer"),
        ({"FEEL1": ["Very_safe"]}, "FEEL1", "not one of the choices"),
        ({"FEEL1": ["very_safe", "very_safe"]}, "FEEL1", "only one answer"),
        ({"FEEL2": [NOT_SHOWN]}, "FEEL2", "not one of the choices"),
        ({"PRIO1": ["lighting", "tanks"]}, "PRIO1", "not among the choices"),
        ({"PRIO1": ["lighting", "lighting"]}, "PRIO1", "came twice"),
        ({"PRIO1": ["lighting", DONT_KNOW]}, "PRIO1", "not both"),
        ({"PRIO1": [PREFER_NOT, DONT_KNOW]}, "PRIO1", "not both"),
        ({"PRIO1": ["lighting", "traffic", "upkeep", "adults_out"]}, "PRIO1", "at most 3."),
        ({"OPEN1": ["x" * 141]}, "OPEN1", "141 characters; at most 140 fit"),
        ({"OPEN1": ["a\x00b"]}, "OPEN1", "cannot be stored"),
        ({"OPEN1": ["a\x1bb"]}, "OPEN1", "cannot be stored"),
        ({"OPEN1": ["a\ud800b"]}, "OPEN1", "cannot be stored"),
        ({"OPEN1": ["a", "b"]}, "OPEN1", "only one answer"),
        ({"EXP": ["once"], "REP1": ["maybe"]}, "REP1", "not one of the choices"),
        ({"NOPE": ["1"]}, "NOPE", "no question called “NOPE”"),
        ({"a\x00b": ["1"]}, "a�b", "no question called “a�b”"),
    ],
)
def test_a_wrong_answer_is_a_fault_of_its_field(demo, fields, name, words):
    ((found, message),) = faults(demo, **fields)
    assert found == name
    assert words in message


def test_all_faults_are_found_in_the_order_of_the_questionnaire(demo):
    found = faults(demo, WHAT=["1"], OPEN1=["\x00"], district=["x"], FEEL1=[], BEL1=["x"], age=["x"])
    assert [name for name, _ in found] == ["district", "age", "FEEL1", "BEL1", "OPEN1", "WHAT"]


def test_a_fault_does_not_repeat_the_answer(demo):
    found = faults(demo, district=["secret"], FEEL1=["secret"], PRIO1=["secret"], OPEN1=["secret\x00"])
    assert len(found) == 4
    assert not any("secret" in message for _, message in found)


def test_ten_thousand_unknown_fields_are_counted_and_not_listed(demo):
    found = faults(demo, **{f"field{number}" + "x" * 500: ["1"] for number in range(10_000)})
    assert len(found) == 21
    assert all(len(name) <= 61 for name, _ in found)
    assert found[-1] == ("", "There are 9980 more fields that this survey does not know.")


def test_elsewhere_is_a_district_and_the_form_keeps_its_own_fields(demo):
    answers = parsed(demo, district=[ELSEWHERE], _receipt=["X"], _section=["2"], _step=["\x00"])
    assert answers == {"district": ELSEWHERE, "FEEL1": "very_safe", "REP1": NOT_SHOWN}


def test_dont_know_and_prefer_not_are_kept_apart(demo):
    answers = parsed(demo, FEEL1=[DONT_KNOW], FEEL2=[PREFER_NOT], PRIO1=[DONT_KNOW])
    assert (answers["FEEL1"], answers["FEEL2"], answers["PRIO1"]) == (DONT_KNOW, PREFER_NOT, DONT_KNOW)


def test_special_answers_need_the_questions_leave(demo):
    questions = [msgspec.structs.replace(q, dont_know=False, prefer_not=False) for q in demo.questions()]
    section = msgspec.structs.replace(demo.sections[0], questions=tuple(questions))
    strict = msgspec.structs.replace(demo, sections=(section,))
    for code in (DONT_KNOW, PREFER_NOT):
        assert [name for name, _ in faults(strict, FEEL2=[code], PRIO1=[code])] == ["FEEL2", "PRIO1"]


@pytest.mark.parametrize("leftover", ["no", "not a choice", DONT_KNOW])
def test_what_was_answered_to_a_question_not_shown_is_dropped(demo, leftover):
    for exposure in ([], ["none"], [DONT_KNOW]):
        assert parsed(demo, EXP=exposure, REP1=[leftover])["REP1"] == NOT_SHOWN


def test_a_required_question_must_be_answered_only_when_it_is_shown(demo):
    questions = [
        msgspec.structs.replace(q, required=True) if q.code in ("REP1", "PRIO1", "OPEN1") else q
        for q in demo.questions()
    ]
    section = msgspec.structs.replace(demo.sections[0], questions=tuple(questions))
    strict = msgspec.structs.replace(demo, sections=(section,))
    asked = {"PRIO1": ["traffic"], "OPEN1": ["Ljus"]}
    assert parsed(strict, EXP=["none"], **asked)["REP1"] == NOT_SHOWN
    assert [name for name, _ in faults(strict, EXP=["twice"], OPEN1=["  "])] == ["REP1", "PRIO1", "OPEN1"]
    assert parsed(strict, EXP=["twice"], REP1=[PREFER_NOT], **asked)["REP1"] == PREFER_NOT


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("  Mer ljus \r\n", "Mer ljus"),
        ("Mer\r\nljus\nnu\u2028tack", "Mer ljus nu tack"),
        ("A\u030angstro\u0308m", "Ångström"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("å" * 140, "å" * 140),
        ("a\u030a" * 140, "å" * 140),
        ("👩🏽‍🚒" * 2, "👩🏽‍🚒" * 2),
    ],
)
def test_text_is_stored_in_one_form(demo, typed, stored):
    assert parsed(demo, OPEN1=[typed])["OPEN1"] == stored


def test_json_answers_become_the_same_as_those_of_a_form(demo):
    obj = {"district": "teg", "FEEL1": "very_safe", "PRIO1": ["traffic", "upkeep"], "age": None, "_receipt": 7}
    form = {**MINIMAL, "PRIO1": ["upkeep", "traffic"], "age": [""], "_receipt": ["7"]}
    from_json = parse_answers(demo, DISTRICTS, raw_from_json(obj))
    assert canonical(from_json) == canonical(parse_answers(demo, DISTRICTS, form))


@pytest.mark.parametrize(
    ("obj", "path"),
    [
        ([], "$"),
        (None, "$"),
        ("x", "$"),
        ({"FEEL6": 7}, "FEEL6"),
        ({"FEEL1": True}, "FEEL1"),
        ({"FEEL1": {"code": "x"}}, "FEEL1"),
        ({"PRIO1": ["lighting", 2]}, "PRIO1[1]"),
        ({"PRIO1": [["lighting"]]}, "PRIO1[0]"),
        ({"PRIO1": [None]}, "PRIO1[0]"),
    ],
)
def test_json_of_the_wrong_type_is_named_by_its_path(obj, path):
    with pytest.raises(AnswersRefused) as caught:
        raw_from_json(obj)
    (fault,) = caught.value.faults
    assert fault.name == path
    assert (fault.message % fault.values).startswith(f"{path} must be")


def special(question):
    return [DONT_KNOW] * question.dont_know + [PREFER_NOT] * question.prefer_not


def sound_answer(question):
    """A strategy for the values of one field that the question accepts."""
    codes = [choice.code for choice in question.choices]
    if question.kind == "text":
        return st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=40).map(lambda text: [text])
    single = st.sampled_from([*codes, *special(question)]).map(lambda code: [code])
    if question.kind != "several":
        return single
    several = st.lists(st.sampled_from(codes), unique=True, min_size=1, max_size=question.max_choices)
    return st.one_of(several, st.sampled_from(special(question)).map(lambda code: [code]))


def sound_responses(demo):
    required = {q.code: sound_answer(q) for q in demo.questions() if q.required}
    optional = {q.code: sound_answer(q) for q in demo.questions() if not q.required}
    for variable in demo.background:
        codes = [choice.code for choice in variable.choices]
        optional[variable.code] = st.sampled_from([*codes, PREFER_NOT, ""]).map(lambda code: [code])
    required["district"] = st.sampled_from([*sorted(DISTRICTS), ELSEWHERE]).map(lambda code: [code])
    return st.fixed_dictionaries(required, optional=optional)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_sound_answers_are_accepted_and_parse_again_to_the_same_bytes(demo, data):
    raw = data.draw(sound_responses(demo))
    answers = parse_answers(demo, DISTRICTS, raw)
    again = parse_answers(demo, DISTRICTS, raw_from_json(json.loads(canonical(answers))))
    assert canonical(again) == canonical(answers)
    assert list(again) == list(answers)
    # No order of fields or of ticked boxes may make another response of it.
    shuffled = list(raw.items())
    random.Random(data.draw(st.integers())).shuffle(shuffled)
    reordered = {name: list(reversed(values)) for name, values in shuffled}
    assert canonical(parse_answers(demo, DISTRICTS, reordered)) == canonical(answers)


VALUES = ["", "very_safe", "yes", "once", "none", "lighting", "16-24", "teg", DONT_KNOW, NOT_SHOWN, "\x00", "\ud800"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_garbage_is_refused_with_faults_or_is_sound(demo, data):
    names = ["district", "age", *(question.code for question in demo.questions())]
    name = st.one_of(st.sampled_from(names), st.text(max_size=5))
    value = st.one_of(st.sampled_from(VALUES), st.text(max_size=200))
    raw = data.draw(st.dictionaries(name, st.lists(value, max_size=4), max_size=12))
    try:
        answers = parse_answers(demo, DISTRICTS, raw)
    except AnswersRefused as error:
        assert error.faults
        for fault in error.faults:
            (fault.name + fault.message % fault.values).encode("utf-8")
    else:
        assert canonical(parse_answers(demo, DISTRICTS, raw_from_json(answers))) == canonical(answers)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_becomes_fields_of_texts_or_faults(obj):
    try:
        raw = raw_from_json(obj)
    except AnswersRefused as error:
        assert 1 <= len(error.faults) <= 20
        assert all(fault.message % fault.values for fault in error.faults)
    else:
        assert all(isinstance(value, str) for values in raw.values() for value in values)
