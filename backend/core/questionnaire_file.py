"""The survey definition file: YAML in, a questionnaire or all of its faults out.

Only a small part of YAML is accepted (mappings, lists and single values). Tabs, anchors, aliases and tags are
refused: a survey writer has no need of them, and they are how a small file becomes a huge or a harmful one.
"""

import hashlib
import re
from collections.abc import Iterator

import msgspec
import yaml

from backend.core.questionnaire_nodes import (
    DefinitionError,
    Fault,
    Fields,
    Items,
    Leaf,
    Node,
    Place,
    excerpt,
    locate,
)
from backend.core.questionnaire_reader import Reading, read_questionnaire
from backend.core.questionnaire_rules import rule_faults
from backend.core.questions import Questionnaire

__all__ = [
    "DefinitionError",
    "Fault",
    "decode_questionnaire",
    "definition_text",
    "encode_questionnaire",
    "parse_questionnaire",
    "questionnaire_hash",
]

LARGEST_FILE = 1_000_000
"""In bytes of UTF-8. A survey of 20 questions in three languages has about 30,000."""
DEEPEST = 12
"""Levels of nesting; a definition has seven."""

# YAML 1.1, section 5.1, without the tab, which is told apart below.
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def definition_text(data: bytes) -> str:
    """The text of a definition file's bytes.

    Raises DefinitionError when the file is too large or not UTF-8; it names the line of the first wrong byte.
    """
    _refuse_large(len(data))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line_start = data.rfind(b"\n", 0, error.start) + 1
        line = data.count(b"\n", 0, error.start) + 1
        column = len(data[line_start : error.start].decode("utf-8")) + 1
        message = "the file is not UTF-8; save it again with the encoding UTF-8"
        raise DefinitionError([Fault(line, column, message)]) from None


def parse_questionnaire(text: str) -> Questionnaire:
    """The questionnaire that a definition file describes; its grammar is `surveys/survey.schema.json`.

    Raises DefinitionError with every fault that was found, each with its line and column.
    """
    text = text.removeprefix("\ufeff")
    _refuse_large(len(text.encode("utf-8", "surrogatepass")))
    faults = list(_character_faults(text))
    root = _tree(text, faults) if not faults else None
    if root is None:
        raise DefinitionError(faults)
    reading = Reading(faults)
    questionnaire = read_questionnaire(root, reading)
    for path, message in rule_faults(questionnaire):
        if not reading.doubts(path):
            place = locate(root, path)
            faults.append(Fault(place.line, place.column, message))
    if faults:
        raise DefinitionError(faults)
    return questionnaire


def encode_questionnaire(questionnaire: Questionnaire) -> bytes:
    """The questionnaire as JSON, languages in the order of the file; `decode_questionnaire` reads it."""
    return msgspec.json.encode(questionnaire)


def decode_questionnaire(data: bytes) -> Questionnaire:
    """The questionnaire that `encode_questionnaire` wrote. Raises msgspec.DecodeError for anything else."""
    return msgspec.json.decode(data, type=Questionnaire)


def questionnaire_hash(questionnaire: Questionnaire) -> str:
    """SHA-256 (64 hexadecimal digits) of the questionnaire's JSON with sorted keys.

    Layout, comments, named scales and the order of keys in the file do not change it; every word, rule and
    order that a respondent sees does.
    """
    return hashlib.sha256(msgspec.json.encode(questionnaire, order="sorted")).hexdigest()


def _refuse_large(size: int) -> None:
    if size > LARGEST_FILE:
        message = f"the file has {size:,} bytes; at most {LARGEST_FILE:,} can be read"
        raise DefinitionError([Fault(1, 1, message)])


def _character_faults(text: str) -> Iterator[Fault]:
    """Tabs and characters that YAML forbids, one fault a line."""
    for number, line in enumerate(text.split("\n"), start=1):
        if (tab := line.find("\t")) >= 0:
            yield Fault(number, tab + 1, "a tab; indent and separate with spaces")
        if found := _NOT_YAML.search(line):
            yield Fault(number, found.start() + 1, f"the character U+{ord(found[0]):04X} cannot be used")


def _tree(text: str, faults: list[Fault]) -> Node | None:
    """The file as nodes; None, with the reason among `faults`, when its structure cannot be used."""
    tree = _Tree(yaml.parse(text, Loader=yaml.SafeLoader), faults)
    try:
        return tree.document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(mark.line + 1, mark.column + 1) if mark else tree.place
        faults.append(Fault(*place, f"this is not valid YAML: {error.problem or error.context}"))
    except (ValueError, OverflowError):
        # PyYAML lets these through for an escape or a version number that is out of range.
        faults.append(Fault(*tree.place, "this is not valid YAML: a number is out of range after this place"))
    return None


class _Tree:
    """Builds nodes from YAML events. `place` is where reading has come to."""

    def __init__(self, events: Iterator[yaml.Event], faults: list[Fault]) -> None:
        self._events = events
        self._faults = faults
        self._usable = True
        self.place = Place(1, 1)

    def document(self) -> Node | None:
        """The one document of the file, or None when it is empty or holds what is refused."""
        root: Node | None = None
        while not isinstance(event := self._next(), yaml.StreamEndEvent):
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            if root is not None:
                self._refuse("a second document begins here; a file holds one survey")
                return None
            root = self._node(self._next(), 1)
        if root is None:
            self._refuse("the file is empty")
        return root if self._usable else None

    def _next(self) -> yaml.Event:
        event = next(self._events)
        if mark := event.start_mark:
            self.place = Place(mark.line + 1, mark.column + 1)
        return event

    def _refuse(self, message: str) -> None:
        self._faults.append(Fault(*self.place, message))
        self._usable = False

    def _node(self, event: yaml.Event, depth: int) -> Node:
        place = self.place
        if isinstance(event, yaml.AliasEvent):
            self._refuse(f"the alias {excerpt(f'*{event.anchor}')}; write the text out instead")
            return Leaf(place, "", quoted=False)
        if isinstance(event, yaml.ScalarEvent | yaml.SequenceStartEvent | yaml.MappingStartEvent):
            if event.anchor is not None:
                self._refuse(f"the anchor {excerpt(f'&{event.anchor}')}; write the text out instead")
            if event.tag is not None:
                self._refuse(f"the tag {excerpt(event.tag)}; tags cannot be used")
        if isinstance(event, yaml.ScalarEvent):
            return Leaf(place, event.value, quoted=event.style is not None)
        if depth > DEEPEST:
            raise DefinitionError([Fault(*place, f"nested more than {DEEPEST} levels deep")])
        if isinstance(event, yaml.SequenceStartEvent):
            return Items(place, tuple(self._items(depth)))
        return self._fields(place, depth)

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _fields(self, place: Place, depth: int) -> Fields:
        fields = Fields(place, {}, {})
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, Leaf):
                self._faults.append(Fault(*key.place, "a key must be one word"))
            elif key.text in fields.entries:
                line = fields.keys[key.text].line
                message = f"the key {excerpt(key.text)} was already given on line {line}"
                self._faults.append(Fault(*key.place, message))
            else:
                fields.entries[key.text] = value
                fields.keys[key.text] = key.place
        return fields
