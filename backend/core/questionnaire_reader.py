"""From the nodes of a definition file to a questionnaire: shape, languages and named scales.

What the questions mean for each other is checked afterwards, by `questionnaire_rules`. Positions in the
questionnaire are always those of the file, also where something was wrong, so that rules can point at lines.
"""

from typing import get_args

from backend.core.questionnaire_nodes import (
    Fault,
    Fields,
    Items,
    Leaf,
    Node,
    Part,
    Path,
    did_you_mean,
    excerpt,
    locate,
)
from backend.core.questionnaire_rules import choice_faults
from backend.core.questions import (
    NO,
    YES,
    BackgroundVariable,
    Choice,
    Condition,
    Kind,
    Question,
    Questionnaire,
    Section,
    Texts,
)

DEFAULT_TEXT_LENGTH = 140
LONGEST_ANSWER = 1000
"""Characters of a text answer."""

KINDS: tuple[Kind, ...] = get_args(Kind)

YES_NO_LABELS: dict[str, tuple[str, str]] = {
    "ar": ("نعم", "لا"),
    "en": ("Yes", "No"),
    "fa": ("بله", "خیر"),
    "fi": ("Kyllä", "Ei"),
    "so": ("Haa", "Maya"),
    "sv": ("Ja", "Nej"),
    "uk": ("Так", "Ні"),
}

_TOP_KEYS = ("survey", "version", "languages", "title", "intro", "scales", "background", "sections")
_BACKGROUND_KEYS = ("code", "text", "purpose", "choices")
_SECTION_KEYS = ("code", "title", "intro", "questions")
_QUESTION_KEYS = (
    "code",
    "kind",
    "text",
    "help",
    "scale",
    "choices",
    "required",
    "core",
    "headline",
    "headline_text",
    "dont_know",
    "prefer_not",
    "max_choices",
    "max_length",
    "show_if",
)


class Reading:
    """What one reading of a file knows so far: faults, languages, scales, and what could not be made out."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        self.languages: tuple[str, ...] = ()
        self.scales: dict[str, tuple[Choice, ...]] = {}
        self._doubtful: list[Path] = []

    def part(self, node: Node, name: str) -> Part:
        return Part(node, name, self.faults)

    def doubt(self, *path: str | int) -> None:
        """Marks a value that could not be read: rules about it would only repeat that fault."""
        self._doubtful.append(path)

    def doubts(self, path: Path) -> bool:
        """Whether `path` is, or lies within, something that could not be read."""
        return any(path[: len(doubtful)] == doubtful for doubtful in self._doubtful)


def read_questionnaire(root: Node, reading: Reading) -> Questionnaire:
    """The questionnaire in `root`; what is missing or wrong is noted in `reading` and left empty."""
    part = reading.part(root, "survey definition")
    part.refuse_unknown(_TOP_KEYS)
    part.require("survey", "version", "languages", "title", "intro", "sections")
    survey = part.word("survey")
    version = part.number("version", 1, 9999)
    languages = part.words("languages")
    reading.languages = tuple(dict.fromkeys(language for language in languages if language))
    if not survey:
        reading.doubt("survey")
    if not isinstance(part.fields.entries.get("languages"), Items):
        reading.doubt("languages")
    _read_scales(part, reading)
    return Questionnaire(
        survey=survey,
        version=version or 1,
        title=part.texts("title", reading.languages),
        intro=part.texts("intro", reading.languages),
        languages=languages,
        background=_read_background(part, reading),
        sections=_read_sections(part, reading),
    )


def _read_scales(top: Part, reading: Reading) -> None:
    node = top.fields.entries.get("scales")
    if node is None:
        return
    scales = reading.part(node, "scales")
    for code in scales.fields.entries:
        part = reading.part(scales.fields, f"scale {code}")
        choices = _read_choices(part, code, reading)
        reading.scales[code] = choices
        if isinstance(scales.fields.entries[code], Items):
            for path, message in choice_faults((code,), choices):
                part.fault(locate(scales.fields, path), message)


def _read_choices(part: Part, key: str, reading: Reading) -> tuple[Choice, ...]:
    """The list of choices under `key`. A choice is a mapping: its code, and its label in every language."""
    choices = []
    for position, node in enumerate(part.items(key), start=1):
        choice = reading.part(node, f"{part.name}: choice {position}")
        if not isinstance(node, Fields):
            choices.append(Choice("", {}))
            continue
        choice.require("code")
        label = Fields(
            node.place,
            {k: v for k, v in node.entries.items() if k != "code"},
            {k: v for k, v in node.keys.items() if k != "code"},
        )
        code = choice.word("code")
        named = reading.part(node, f"{part.name}: choice {excerpt(code)}") if code else choice
        choices.append(Choice(code, named.texts_of(label, "the label", node.place, reading.languages)))
    return tuple(choices)


def _read_background(top: Part, reading: Reading) -> tuple[BackgroundVariable, ...]:
    variables = []
    for index, node in enumerate(top.items("background")):
        part = reading.part(node, _name_of("background", node, index))
        part.refuse_unknown(_BACKGROUND_KEYS)
        part.require("code", "text", "purpose", "choices")
        choices = _read_choices(part, "choices", reading)
        if not isinstance(part.fields.entries.get("choices"), Items):
            reading.doubt("background", index, "choices")
        variables.append(
            BackgroundVariable(
                code=part.word("code"),
                text=part.texts("text", reading.languages),
                purpose=part.texts("purpose", reading.languages),
                choices=choices,
            )
        )
    return tuple(variables)


def _read_sections(top: Part, reading: Reading) -> tuple[Section, ...]:
    nodes = top.items("sections")
    if not isinstance(top.fields.entries.get("sections"), Items):
        reading.doubt("sections")
    sections = []
    for index, node in enumerate(nodes):
        part = reading.part(node, _name_of("section", node, index))
        part.refuse_unknown(_SECTION_KEYS)
        part.require("code", "title", "questions")
        path: Path = ("sections", index, "questions")
        question_nodes = part.items("questions")
        if not isinstance(part.fields.entries.get("questions"), Items):
            reading.doubt(*path)
        sections.append(
            Section(
                code=part.word("code"),
                title=part.texts("title", reading.languages),
                questions=tuple(_read_question(n, (*path, i), reading) for i, n in enumerate(question_nodes)),
                intro=part.texts("intro", reading.languages),
            )
        )
    return tuple(sections)


def _read_question(node: Node, path: Path, reading: Reading) -> Question:
    part = reading.part(node, _name_of("question", node, int(path[-1])))
    part.refuse_unknown(_QUESTION_KEYS)
    part.require("code", "kind", "text")
    kind = _read_kind(part, path, reading)
    _doubt_headline(part, path, reading)
    return Question(
        code=part.word("code"),
        kind=kind,
        text=part.texts("text", reading.languages),
        help=part.texts("help", reading.languages),
        choices=_read_question_choices(part, kind, path, reading),
        required=part.flag("required", False),
        core=part.flag("core", False),
        headline=part.words("headline"),
        headline_text=part.texts("headline_text", reading.languages),
        # Leaving a text empty already says both.
        dont_know=part.flag("dont_know", kind != "text"),
        prefer_not=part.flag("prefer_not", kind != "text"),
        max_choices=part.number("max_choices", 1, 999),
        max_length=part.number("max_length", 1, LONGEST_ANSWER) or (DEFAULT_TEXT_LENGTH if kind == "text" else None),
        show_if=_read_condition(part, path, reading),
    )


def _doubt_headline(part: Part, path: Path, reading: Reading) -> None:
    """A headline of the wrong shape reads as none, and rules would then say that it is missing."""
    headline = part.fields.entries.get("headline")
    text = part.fields.entries.get("headline_text")
    if (headline and not isinstance(headline, Items)) or (text and not isinstance(text, Fields)):
        for key in ("headline", "headline_text", "core"):
            reading.doubt(*path, key)


def _read_kind(part: Part, path: Path, reading: Reading) -> Kind:
    written = part.word("kind", f"one of {', '.join(KINDS)}")
    for kind in KINDS:
        if kind == written:
            return kind
    # Almost every rule depends on the kind, so the rest of this question waits until it is known.
    reading.doubt(*path)
    if written:
        hint = did_you_mean(written, KINDS)
        message = f"{excerpt(written)} is no kind of question; it must be one of {', '.join(KINDS)}{hint}"
        part.fault(part.at("kind"), message)
    return "single"


def _read_question_choices(part: Part, kind: Kind, path: Path, reading: Reading) -> tuple[Choice, ...]:
    """The question's own choices, those of the scale it names, or the built-in ones of a yes/no question."""
    if part.has("scale") and kind in ("yes_no", "text"):
        part.fault(part.at("scale"), f"a {kind} question takes no scale")
    elif part.has("scale") and part.has("choices"):
        part.fault(part.at("scale"), 'give "choices" or "scale", not both')
        _doubt_choices(path, reading)
        return ()
    if part.has("choices"):
        choices = _read_choices(part, "choices", reading)
        if not isinstance(part.fields.entries["choices"], Items):
            _doubt_choices(path, reading)
        return choices
    if part.has("scale"):
        # The scale's own faults are noted once, where it is written, and not at each question.
        reading.doubt(*path, "choices")
        return _read_scale_name(part, path, reading)
    if kind == "yes_no":
        labels = _yes_no_texts(part, reading)
        return (Choice(YES, labels[0]), Choice(NO, labels[1]))
    return ()


def _read_scale_name(part: Part, path: Path, reading: Reading) -> tuple[Choice, ...]:
    name = part.word("scale", "the name of one of the scales")
    if choices := reading.scales.get(name):
        return choices
    _doubt_choices(path, reading)
    if name and name not in reading.scales:
        hint = did_you_mean(name, reading.scales)
        part.fault(part.at("scale"), f"there is no scale {excerpt(name)} in scales{hint}")
    return ()


def _doubt_choices(path: Path, reading: Reading) -> None:
    reading.doubt(*path, "choices")
    reading.doubt(*path, "headline")
    reading.doubt(*path, "max_choices")


def _yes_no_texts(part: Part, reading: Reading) -> tuple[Texts, Texts]:
    known = [language for language in reading.languages if language in YES_NO_LABELS]
    for language in reading.languages:
        if language not in YES_NO_LABELS:
            message = f'yes and no have no built-in label in {excerpt(language)}; write "choices" yes and no'
            part.fault(part.fields.place, message)
    yes, no = ({language: YES_NO_LABELS[language][position] for language in known} for position in (0, 1))
    return yes, no


def _read_condition(part: Part, path: Path, reading: Reading) -> Condition | None:
    node = part.fields.entries.get("show_if")
    if node is None:
        return None
    condition = reading.part(node, f"{part.name}: show_if")
    condition.refuse_unknown(("question", "answers"))
    condition.require("question", "answers")
    question, answers = condition.word("question"), condition.words("answers")
    if not question:
        reading.doubt(*path, "show_if", "question")
    if "answers" not in condition.fields.entries:
        reading.doubt(*path, "show_if", "answers")
    return Condition(question, answers)


def _name_of(what: str, node: Node, index: int) -> str:
    """`question FEEL1`, or `question number 3` where the code cannot be read."""
    code = node.entries.get("code") if isinstance(node, Fields) else None
    return f"{what} {code.text[:40]}" if isinstance(code, Leaf) and code.text else f"{what} number {index + 1}"
