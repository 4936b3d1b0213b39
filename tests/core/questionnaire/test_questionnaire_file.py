"""Reading a sound definition: what comes out, and that its hash follows the content and nothing else."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.core.questionnaire_file import (
    DefinitionError,
    decode_questionnaire,
    definition_text,
    encode_questionnaire,
    parse_questionnaire,
    questionnaire_hash,
)
from backend.core.questions import Condition


def test_a_definition_becomes_a_questionnaire(small):
    questionnaire = parse_questionnaire(small)
    feel, reported, priorities, sentence = questionnaire.questions()
    assert (questionnaire.survey, questionnaire.version, questionnaire.languages) == ("safety", 1, ("sv", "en"))
    assert [choice.code for choice in feel.choices] == ["very_safe", "fairly_safe", "unsafe"]
    assert feel.choices[0].label == {"sv": "Mycket trygg", "en": "Very safe"}
    assert (feel.core, feel.required, feel.dont_know, feel.prefer_not) == (True, True, True, True)
    assert feel.headline == ("very_safe", "fairly_safe")
    assert reported.show_if == Condition("FEEL1", ("unsafe",))
    assert [(c.code, c.label["sv"]) for c in reported.choices] == [("yes", "Ja"), ("no", "Nej")]
    assert priorities.max_choices == 2
    assert (sentence.max_length, sentence.dont_know, sentence.prefer_not) == (140, False, False)
    assert questionnaire.variable("age").choices[1].code == "65-plus"
    assert questionnaire.variable("housing") is None


def test_yes_and_no_can_be_given_other_labels(small):
    own = """
        choices:
          - {code: yes, sv: Japp, en: Yep}
          - {code: no, sv: Nix, en: Nope}
        show_if:"""
    questions = list(parse_questionnaire(small.replace("\n        show_if:", own)).questions())
    assert [(c.code, c.label["en"]) for c in questions[1].choices] == [("yes", "Yep"), ("no", "Nope")]


def test_codes_that_look_like_numbers_or_truth_values_stay_as_written(small):
    text = small.replace("code: light", "code: 08").replace("code: adults", "code: off")
    priorities = list(parse_questionnaire(text).questions())[2]
    assert [choice.code for choice in priorities.choices] == ["08", "off", "upkeep"]


def test_texts_are_kept_in_the_order_of_languages_and_in_one_unicode_form(small):
    decomposed = "A\u030alder"
    text = small.replace("{sv: Ålder, en: Age}", f"{{en: Age, sv: {decomposed}}}")
    questionnaire = parse_questionnaire(text)
    assert list(questionnaire.background[0].text.items()) == [("sv", "Ålder"), ("en", "Age")]
    assert questionnaire == parse_questionnaire(small)


def test_encoding_and_decoding_gives_the_same_questionnaire(small, demo_text):
    for text in (small, demo_text):
        questionnaire = parse_questionnaire(text)
        copy = decode_questionnaire(encode_questionnaire(questionnaire))
        assert copy == questionnaire
        assert list(copy.title) == list(questionnaire.languages)
        assert questionnaire_hash(copy) == questionnaire_hash(questionnaire)
    with pytest.raises(msgspec.DecodeError):
        decode_questionnaire(b'{"survey": 1}')


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Mycket trygg", "Väldigt trygg"),
        ("headline: [very_safe, fairly_safe]", "headline: [very_safe]"),
        ("required: true", "required: false"),
        ("version: 1", "version: 2"),
        ("max_choices: 2", "max_choices: 3"),
        ("answers: [unsafe]", "answers: [fairly_safe]"),
        ("languages: [sv, en]", "languages: [en, sv]"),
    ],
)
def test_the_hash_changes_with_what_is_asked(small, old, new):
    changed = small.replace(old, new)
    assert changed != small
    assert questionnaire_hash(parse_questionnaire(changed)) != questionnaire_hash(parse_questionnaire(small))


def test_the_hash_does_not_change_with_layout(small):
    relaid = "# A comment.\n" + small.replace("{sv: Hemma, en: At home}", '\n      en: "At home"\n      sv: Hemma')
    assert relaid != small
    digest = questionnaire_hash(parse_questionnaire(relaid))
    assert digest == questionnaire_hash(parse_questionnaire(small))
    assert len(digest) == 64


def test_bytes_become_text_or_a_fault_with_its_line(small):
    assert parse_questionnaire(definition_text(b"\xef\xbb\xbf" + small.encode())) == parse_questionnaire(small)
    with pytest.raises(DefinitionError) as caught:
        definition_text("rad ett\nåäö: ".encode() + b"\xe5")
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == (2, 6)
    assert "UTF-8" in fault.message


def test_a_file_over_a_megabyte_is_refused_before_it_is_read(small):
    large = small + "#" * 1_000_000
    for read in (lambda: parse_questionnaire(large), lambda: definition_text(large.encode())):
        with pytest.raises(DefinitionError, match="at most 1,000,000"):
            read()


WORDS = "survey sections questions code kind text scale show_if sv ~ &a *a !!int | > %YAML"
MARKS = [": ", ":\n  ", "- ", "\n", "[", "]", "{", "}", ", ", "---\n", '"', "\\U00110000", "\t"]
YAML_PIECES = st.sampled_from([*WORDS.split(), *MARKS])


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(), st.lists(YAML_PIECES, max_size=40).map("".join)))
def test_no_text_brings_anything_but_faults(text):
    with pytest.raises(DefinitionError) as caught:
        parse_questionnaire(text)
    assert caught.value.faults
    assert all(fault.line >= 1 and fault.column >= 1 and fault.message for fault in caught.value.faults)


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_a_damaged_definition_is_read_or_its_faults_are_named(small, data):
    lines = small.splitlines(keepends=True)
    position = data.draw(st.integers(0, len(lines) - 1))
    replacement = data.draw(st.sampled_from(["", "\n", "  x: 1\n", "- 1\n", lines[position][2:], lines[0]]))
    damaged = "".join([*lines[:position], replacement, *lines[position + 1 :]])
    try:
        questionnaire = parse_questionnaire(damaged)
    except DefinitionError as error:
        assert all(1 <= fault.line <= len(lines) + 1 for fault in error.faults)
    else:
        assert decode_questionnaire(encode_questionnaire(questionnaire)) == questionnaire
