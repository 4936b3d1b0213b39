"""Routing: who is asked what, also along a chain of conditions."""

from hypothesis import given
from hypothesis import strategies as st

from backend.core.questions import Choice, Condition, Question, Questionnaire, Section
from backend.core.routing import shown

YES_OR_NO = (Choice("yes", {"en": "Yes"}), Choice("no", {"en": "No"}))


def asked(code, *, when=None, is_one_of=("yes",)):
    condition = Condition(when, is_one_of) if when else None
    return Question(code, "yes_no", {"en": code}, choices=YES_OR_NO, show_if=condition)


def questionnaire(*questions):
    halves = (questions[: len(questions) // 2], questions[len(questions) // 2 :])
    sections = tuple(Section(f"s{number}", {}, half) for number, half in enumerate(halves))
    return Questionnaire("s", 1, {}, {}, ("en",), (), sections)


CHAIN = questionnaire(asked("A"), asked("B", when="A"), asked("C", when="B"), asked("D", when="A", is_one_of=("no",)))


def test_the_demo_asks_whether_it_was_reported_only_after_an_event(demo):
    everything = {question.code for question in demo.questions()}
    assert shown(demo, {"EXP": "twice"}) == everything
    for exposure in ({"EXP": "none"}, {"EXP": "_dont_know"}, {}):
        assert shown(demo, exposure) == everything - {"REP1"}


def test_a_condition_on_a_question_that_was_not_shown_does_not_hold():
    assert shown(CHAIN, {"A": "yes", "B": "yes"}) == {"A", "B", "C"}
    assert shown(CHAIN, {"A": "no", "B": "yes", "C": "yes"}) == {"A", "D"}
    assert shown(CHAIN, {"B": "yes"}) == {"A"}


def test_a_list_of_choices_decides_nothing():
    assert shown(CHAIN, {"A": ["yes"]}) == {"A"}


@given(st.dictionaries(st.sampled_from("ABCD"), st.sampled_from(["yes", "no", "_prefer_not", "_not_shown"])))
def test_what_is_answered_where_nothing_is_shown_makes_no_difference(answers):
    visible = shown(CHAIN, answers)
    assert shown(CHAIN, {code: answer for code, answer in answers.items() if code in visible}) == visible
