"""Every fault is found, at its line and column, and named in words."""

import pytest

from backend.core.questionnaire_file import DefinitionError, parse_questionnaire

Q = "        "
"""The indentation of a question's keys."""

# What is replaced in the small definition, by what, and the faults that follow: line, column, words of the message.
FAULTS = {
    "headline choice misspelt": (
        "headline: [very_safe,",
        "headline: [very_saef,",
        (
            28,
            20,
            'question FEEL1: choice "very_saef" in headline is not among its choices (did you mean "very_safe"?)',
        ),
    ),
    "headline choice twice": (
        "headline: [very_safe, fairly_safe]",
        "headline: [very_safe, very_safe]",
        (28, 31, 'choice "very_safe" is there twice in headline'),
    ),
    "headline counts everybody": (
        "headline: [very_safe, fairly_safe]",
        "headline: [very_safe, fairly_safe, unsafe]",
        (28, 9, "headline names every choice"),
    ),
    "headline without its text": (
        f"{Q}headline_text: {{sv: är trygga, en: feel safe}}\n",
        "",
        (28, 9, '"headline" needs "headline_text"'),
    ),
    "core without headline": (
        f"{Q}headline: [very_safe, fairly_safe]\n{Q}headline_text: {{sv: är trygga, en: feel safe}}\n",
        "",
        (25, 15, 'question FEEL1: a core question needs "headline"'),
    ),
    "headline of a several question": (
        f"{Q}max_choices: 2\n",
        f"{Q}headline: [light]\n{Q}headline_text: {{sv: x, en: x}}\n",
        (36, 9, "question PRIO1: a several question has no headline: each choice is a figure of its own"),
    ),
    "core question of kind several": (
        f"{Q}max_choices: 2",
        f"{Q}core: true",
        (36, 15, "question PRIO1: a several question cannot be core"),
    ),
    "core question with routing": (
        f"{Q}kind: yes_no\n",
        f'{Q}kind: yes_no\n{Q}core: true\n{Q}headline: ["yes"]\n{Q}headline_text: {{sv: x, en: x}}\n',
        (32, 15, "question REP1: a core question is asked of everybody"),
    ),
    "unknown key": (
        "max_choices: 2",
        "max_choice: 2",
        (36, 9, 'question PRIO1: unknown key "max_choice" (did you mean "max_choices"?)'),
    ),
    "unknown key at the top": (
        "version: 1",
        "version: 1\ncolour: red",
        (3, 1, 'survey definition: unknown key "colour"'),
    ),
    "missing key": ("version: 1\n", "", (1, 1, 'survey definition: "version" is missing')),
    "missing language": (
        "{sv: Anmäld, en: Reported}",
        "{sv: Anmäld}",
        (32, 9, 'question REP1: "text" has no text in "en"'),
    ),
    "empty text": ("{sv: Anmäld, en: Reported}", "{sv: Anmäld, en: }", (32, 28, '"text" has an empty text in "en"')),
    "language not in the list": (
        "{sv: Anmäld, en: Reported}",
        "{sv: Anmäld, en: Reported, fi: Ilmoitettu}",
        (32, 42, 'question REP1: "text" has a text in "fi", which is not in languages'),
    ),
    "label without a language": (
        "{code: light, sv: Ljus, en: Light}",
        "{code: light, sv: Ljus}",
        (39, 13, 'question PRIO1: choice "light": the label has no text in "en"'),
    ),
    "yes and no unknown in a language": (
        "languages: [sv, en]",
        "languages: [sv, en, de]",
        (30, 9, 'question REP1: yes and no have no built-in label in "de"'),
    ),
    "duplicate question": ("code: OPEN1", "code: FEEL1", (42, 15, "question FEEL1: the code is used by an earlier")),
    "reserved code": ("code: OPEN1", "code: District", (42, 15, 'the code "District" is taken')),
    "malformed code": (
        "code: OPEN1",
        "code: 1OPEN",
        (42, 15, 'question 1OPEN: code "1OPEN" must be 1 to 32 letters'),
    ),
    "malformed choice code": ("code: light", "code: 'li ght'", (39, 20, 'choice code "li ght" must be')),
    "duplicate choice": ("code: adults", "code: light", (40, 20, 'question PRIO1: choice "light" is there twice')),
    "fault in a scale": (
        "en: Unsafe}\n",
        "en: Unsafe}\n    - {code: very_safe, sv: Igen, en: Again}\n",
        (11, 14, 'scale safe: choice "very_safe" is there twice'),
    ),
    "unknown scale": (
        "scale: safe",
        "scale: saef",
        (24, 16, 'there is no scale "saef" in scales (did you mean "safe"?)'),
    ),
    "scale and choices": (
        f"{Q}scale: safe\n",
        f"{Q}scale: safe\n{Q}choices: [{{code: a, sv: A, en: A}}, {{code: b, sv: B, en: B}}]\n",
        (24, 16, 'question FEEL1: give "choices" or "scale", not both'),
    ),
    "scale of a yes/no question": (
        "kind: yes_no",
        f"kind: yes_no\n{Q}scale: safe",
        (32, 16, "question REP1: a yes_no question takes no scale"),
    ),
    "one choice only": (
        "          - {code: adults, sv: Vuxna, en: Adults}\n          - {code: upkeep, sv: Skötsel, en: Upkeep}\n",
        "",
        (38, 9, "question PRIO1: there must be at least 2 choices"),
    ),
    "unknown kind": ("kind: several", "kind: severel", (35, 15, '"severel" is no kind of question')),
    "routing to an unknown question": (
        "question: FEEL1",
        "question: FEEL11",
        (33, 29, 'show_if: there is no question "FEEL11" (did you mean "FEEL1"?)'),
    ),
    "routing by a later question": (
        "question: FEEL1",
        "question: PRIO1",
        (33, 29, 'question "PRIO1" is asked later'),
    ),
    "routing by itself": ("question: FEEL1", "question: REP1", (33, 29, "a question cannot depend on itself")),
    "routing by an unknown answer": (
        "answers: [unsafe]",
        "answers: [unsave]",
        (33, 46, 'choice "unsave" in show_if is not among the choices of question FEEL1 (did you mean "unsafe"?)'),
    ),
    "routing by no answer": ("answers: [unsafe]", "answers: []", (33, 36, "answers must name at least one choice")),
    "routing by several": (
        f"{Q}kind: text\n",
        f"{Q}kind: text\n{Q}show_if: {{question: PRIO1, answers: [light]}}\n",
        (44, 29, 'show_if: question "PRIO1" is of kind several'),
    ),
    "more choices than there are": (
        "max_choices: 2",
        "max_choices: 4",
        (36, 22, "max_choices is 4, but there are 3"),
    ),
    "no choices allowed": (
        "max_choices: 2",
        "max_choices: 0",
        (36, 22, '"max_choices" must be a whole number from 1'),
    ),
    "limit of the wrong kind": (
        f"{Q}kind: text\n",
        f"{Q}kind: text\n{Q}max_choices: 2\n",
        (44, 22, "question OPEN1: only a several question has max_choices"),
    ),
    "length of the wrong kind": ("max_choices: 2", "max_length: 2", (36, 21, "only a text question has max_length")),
    "don't know of a text": (
        f"{Q}kind: text\n",
        f"{Q}kind: text\n{Q}dont_know: true\n",
        (44, 20, "question OPEN1: a text question has no dont_know"),
    ),
    "not true or false": ("required: true", "required: ja", (26, 19, '"required" must be true or false, not "ja"')),
    "not a list": (
        "headline: [very_safe, fairly_safe]",
        "headline: very_safe",
        (28, 19, '"headline" must be a list'),
    ),
    "not a number": ("version: 1", 'version: "1"', (2, 10, '"version" must be a whole number from 1 to 9999')),
    "background that is not asked": (
        "code: age",
        "code: aeg",
        (12, 11, "background aeg: must be one of age, gender, ho"),
    ),
    "language tag": ("languages: [sv, en]", "languages: [sv, en, en]", (3, 21, 'languages: "en" is there twice')),
    "section without questions": (
        "sections:\n",
        "sections:\n  - {code: a, title: {sv: A, en: A}, questions: []}\n",
        (19, 38, "section a: there must be at least one question"),
    ),
    "duplicate key": (
        "version: 1",
        "version: 1\nversion: 2",
        (3, 1, 'the key "version" was already given on line 2'),
    ),
    "tab": ("version: 1", "version:\t1", (2, 9, "a tab; indent and separate with spaces")),
    "control character": ("version: 1", "version: \x001", (2, 10, "the character U+0000 cannot be used")),
    "hidden control character": ("en: At home", 'en: "At\\0home"', (20, 28, "an unprintable character in")),
    "alias": ("{sv: Hej., en: Hello.}", "*title", (5, 8, 'the alias "*title"; write the text out')),
    "anchor": ("title: {sv: Trygghet,", "title: &t {sv: Trygghet,", (4, 8, 'the anchor "&t"; write the text out')),
    "tag": ("version: 1", "version: !!int 1", (2, 10, 'the tag "tag:yaml.org,2002:int"')),
    "not YAML": ("version: 1", "version: 1: 2", (2, 11, "this is not valid YAML: mapping values are not allowed")),
    "second document": ("version: 1", "version: 1\n---", (3, 1, "a second document begins here")),
}


def faults_of(text: str) -> list[tuple[int, int, str]]:
    with pytest.raises(DefinitionError) as caught:
        parse_questionnaire(text)
    return [tuple(fault) for fault in caught.value.faults]


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_at_its_line_and_column(small, name):
    old, new, (line, column, words) = FAULTS[name]
    assert small.count(old) >= 1
    found = faults_of(small.replace(old, new, 1))
    assert any(fault[:2] == (line, column) and words in fault[2] for fault in found), found


@pytest.mark.parametrize("name", [name for name in FAULTS if name != "yes and no unknown in a language"])
def test_one_mistake_is_one_fault(small, name):
    old, new, _ = FAULTS[name]
    assert len(faults_of(small.replace(old, new, 1))) == 1


def test_all_faults_are_found_in_one_reading_and_listed_in_file_order(small):
    text = small
    for name in ("missing language", "duplicate choice", "unknown scale", "not a number", "routing by itself"):
        text = text.replace(*FAULTS[name][:2], 1)
    found = faults_of(text)
    assert [line for line, _, _ in found] == [2, 24, 32, 33, 40]


def test_the_error_reads_as_one_line_for_each_fault(small):
    text = small.replace("code: OPEN1", "code: FEEL1").replace("version: 1", "version: 0")
    with pytest.raises(DefinitionError) as caught:
        parse_questionnaire(text)
    first, second = str(caught.value).splitlines()
    assert first == 'line 2, column 10: survey definition: "version" must be a whole number from 1 to 9999, not "0"'
    assert second == "line 42, column 15: question FEEL1: the code is used by an earlier question"


def test_the_eleventh_core_question_is_refused(small):
    core = small[small.index("      - code: FEEL1") : small.index("      - code: REP1")]
    ten = "".join(core.replace("FEEL1", f"MORE{number}") for number in range(9))
    assert len(list(parse_questionnaire(small + ten).questions())) == 13
    ((line, _, message),) = faults_of(small + ten + core.replace("FEEL1", "LAST"))
    assert message == "question LAST: is core question number 11; at most 10 can be core"
    assert line == len((small + ten).splitlines()) + 4


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "the file is empty"),
        ("# Nothing yet.\n", "the file is empty"),
        ("just words", "must be a group"),
        ("- a\n- b\n", "must be a group"),
        ("a: " + "[" * 5000, "nested more than 12 levels"),
        ('a: "\\UFFFFFFFF"', "a number is out of range"),
        ("&a [*a, *a]", 'the alias "*a"'),
        ("? [a, b]\n: c\n", "a key must be one word"),
        ("a: [1, 2", "not valid YAML"),
    ],
)
def test_what_is_no_definition_at_all_is_said(text, words):
    assert any(words in message for _, _, message in faults_of(text))


def test_an_alias_bomb_is_refused_without_being_unfolded():
    levels = "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 30))
    found = faults_of("l0: &l0 [x]\n" + levels)
    assert len(found) == 30 + 29 * 9
    assert found[0][2] == 'the anchor "&l0"; write the text out instead'
