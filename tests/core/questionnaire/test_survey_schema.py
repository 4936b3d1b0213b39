"""The published JSON Schema agrees with the parser about what a definition looks like."""

import json

import jsonschema
import pytest
import yaml

from backend.core.questionnaire_file import DefinitionError, parse_questionnaire


@pytest.fixture(scope="module")
def validator(schema_text):
    schema = json.loads(schema_text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_it_accepts_the_demo_survey_and_a_small_one(validator, demo_text, small):
    for text in (demo_text, small):
        assert [error.message for error in validator.iter_errors(yaml.safe_load(text))] == []


# Each is a fault to the schema and to the parser.
SHARED_FAULTS = {
    "unknown key": ("max_choices: 2", "max_choice: 2"),
    "missing key": ("version: 1\n", ""),
    "version as text": ("version: 1", 'version: "1"'),
    "malformed code": ("code: OPEN1", "code: 1OPEN"),
    "reserved code": ("code: OPEN1", "code: Age"),
    "malformed choice code": ("code: light", "code: li ght"),
    "unknown kind": ("kind: several", "kind: many"),
    "unknown background": ("code: age", "code: shoe_size"),
    "headline not a list": ("headline: [very_safe, fairly_safe]", "headline: very_safe"),
    "headline without text": ("        headline_text: {sv: är trygga, en: feel safe}\n", ""),
    "core of a several question": ("max_choices: 2", "core: true"),
    "choices beside scale": (
        "        scale: safe\n",
        "        scale: safe\n        choices: [{code: a, sv: A, en: A}, {code: b, sv: B, en: B}]\n",
    ),
    "neither choices nor scale": ("        scale: safe\n", ""),
    "scale of a yes/no question": ("kind: yes_no", "kind: yes_no\n        scale: safe"),
    "limit of the wrong kind": ("max_choices: 2", "max_length: 2"),
    "text with don't know": ("kind: text\n", "kind: text\n        dont_know: true\n"),
    "one choice": (
        "          - {code: adults, sv: Vuxna, en: Adults}\n          - {code: upkeep, sv: Skötsel, en: Upkeep}\n",
        "",
    ),
    "empty text": ("{sv: En mening, en: One sentence}", "{sv: En mening, en: }"),
    "routing without answers": ("show_if: {question: FEEL1, answers: [unsafe]}", "show_if: {question: FEEL1}"),
    "language tag": ("languages: [sv, en]", "languages: [sv, en, Swedish]"),
    "not true or false": ("required: true", "required: ja"),
    "section without questions": ("sections:\n", "sections:\n  - {code: a, title: {sv: A, en: A}, questions: []}\n"),
}


@pytest.mark.parametrize("name", SHARED_FAULTS)
def test_schema_and_parser_refuse_the_same_faults(validator, small, name):
    old, new = SHARED_FAULTS[name]
    assert old in small
    faulty = small.replace(old, new, 1)
    assert not validator.is_valid(yaml.safe_load(faulty))
    with pytest.raises(DefinitionError):
        parse_questionnaire(faulty)
