"""The demo survey that ships with the product: sound, short, and worded alike in all its languages."""

import re
import unicodedata

import pytest

from backend.core.questionnaire_file import parse_questionnaire


@pytest.fixture(scope="module")
def demo(demo_text):
    return parse_questionnaire(demo_text)


def test_it_asks_twenty_questions_of_which_ten_are_core(demo):
    questions = list(demo.questions())
    core = [question.code for question in questions if question.core]
    assert len(questions) == 20
    assert core == ["FEEL1", "FEEL5", "AVOID1", "QOL1", "DIS4", "DIS10", "COH1", "BEL1", "TRU1", "PRES3"]
    assert 4 <= len(demo.sections) <= 6
    assert demo.languages == ("sv", "en", "ar")


def test_it_has_every_kind_of_question_and_one_routing(demo):
    questions = {question.code: question for question in demo.questions()}
    assert {question.kind for question in questions.values()} == {"scale", "single", "several", "yes_no", "text"}
    assert [code for code, question in questions.items() if question.show_if] == ["REP1"]
    assert questions["PRIO1"].max_choices == 3
    assert questions["OPEN1"].max_length == 140
    assert [c.code for c in questions["FEEL6"].choices] == [str(number) for number in range(1, 11)]


def test_its_background_bands_are_those_of_the_release(demo):
    codes = {variable.code: [choice.code for choice in variable.choices] for variable in demo.background}
    assert codes == {
        "age": ["16-24", "25-34", "35-49", "50-64", "65-plus"],
        "gender": ["woman", "man", "other"],
        "housing": ["house", "tenant_owned", "rented", "student_other"],
    }


def test_what_is_sensitive_may_be_skipped(demo):
    questions = {question.code: question for question in demo.questions()}
    for code in ("EXP", "REP1", "WOR1", "OPEN1", "TRU1"):
        assert not questions[code].required
    assert all(q.dont_know and q.prefer_not for q in questions.values() if q.kind != "text")


def every_text(demo):
    yield from (demo.title, demo.intro)
    for part in (*demo.background, *demo.sections, *demo.questions()):
        for name in ("text", "purpose", "title", "intro", "help", "headline_text"):
            yield getattr(part, name, {})
        yield from (choice.label for choice in getattr(part, "choices", ()))


def test_every_language_is_written_in_its_own_script(demo):
    texts = [text for text in every_text(demo) if text]
    assert len(texts) > 150
    for text in texts:
        assert list(text) == ["sv", "en", "ar"]
        for language, words in text.items():
            letters = [c for c in words if c.isalpha()]
            arabic = [c for c in letters if unicodedata.name(c).startswith("ARABIC")]
            if language == "ar":
                # A Swedish name may stand in brackets beside its explanation.
                assert not letters or len(arabic) > len(letters) / 2, words
            else:
                assert not arabic, words


def test_no_text_was_copied_from_one_language_to_another(demo):
    alike = {text["sv"] for text in every_text(demo) if text and text["sv"] == text["en"]}
    assert alike <= {"Man"} | {str(number) for number in range(2, 10)}


def test_a_headline_text_ends_a_sentence(demo):
    for question in demo.questions():
        for text in question.headline_text.values():
            assert not text.endswith((".", "؟", "?"))
        if question.headline:
            assert re.match(r"[a-zåäö]", question.headline_text["sv"])
            assert re.match(r"[a-z]", question.headline_text["en"])


def test_every_headline_counts_one_end_of_its_scale(demo):
    for question in demo.questions():
        codes = [choice.code for choice in question.choices]
        if question.headline:
            assert question.headline in (tuple(codes[: len(question.headline)]), tuple(codes[-4:])), question.code


@pytest.mark.parametrize("language", ["sv", "en"])
def test_it_can_be_answered_in_three_minutes(demo, language):
    """At 200 words a minute for what is read and three seconds for each choice made."""
    parts = [*demo.background, *demo.sections, *demo.questions()]
    texts = [getattr(part, name, {}) for part in parts for name in ("text", "title", "intro", "help")]
    words = sum(len(text[language].split()) for text in texts if text)
    choices_made = len(demo.background) + len(list(demo.questions()))
    assert 60 * words / 200 + 3 * choices_made < 180
