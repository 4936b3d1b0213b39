"""A survey definition as it is read: values that know their line, and the faults found in them.

The tree is independent of the file format, so that only `questionnaire_file` knows YAML.
"""

import difflib
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from backend.core.questions import Texts

LONGEST_TEXT = 2000
# Keyboards cannot type these, nobody can see them, and some databases refuse to store them.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

Path = tuple[str | int, ...]
"""Where a value stands in the definition: keys and positions from the top, `("sections", 0, "title")`."""


class Place(NamedTuple):
    """A position in the file, counted from 1 as editors do."""

    line: int
    column: int


class Fault(NamedTuple):
    """One thing that is wrong in a definition file: where (counted from 1), and what, in plain English."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"


class DefinitionError(Exception):
    """A survey definition cannot be used; `faults` holds everything that was found, in file order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(str(fault) for fault in self.faults))


@dataclass(frozen=True, slots=True)
class Leaf:
    """A single value as it is written; `quoted` tells `"8"` from `8`."""

    place: Place
    text: str
    quoted: bool

    @property
    def blank(self) -> bool:
        """Whether nothing was written after the key."""
        return not self.text.strip() or (not self.quoted and self.text in ("~", "null"))


@dataclass(frozen=True, slots=True)
class Items:
    """A list."""

    place: Place
    nodes: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """A mapping; `keys` says where each key stands."""

    place: Place
    entries: "dict[str, Node]"
    keys: dict[str, Place]


Node = Leaf | Items | Fields


def locate(root: Node, path: Path) -> Place:
    """The place of the value at `path`; of the nearest thing around it where the path leads nowhere.

    A list or mapping is shown at its key, because that is the line its writer looks for.
    """
    node, place = root, root.place
    for step in path:
        if isinstance(node, Fields) and step in node.entries:
            key_place = node.keys[str(step)]
            node = node.entries[str(step)]
            place = node.place if isinstance(node, Leaf) and not node.blank else key_place
        elif isinstance(node, Items) and isinstance(step, int) and step < len(node.nodes):
            node = node.nodes[step]
            place = node.place
        else:
            break
    return place


def excerpt(text: str) -> str:
    """What was written, quoted, safe to print and at most 40 characters long."""
    shown = "".join(c if c.isprintable() else "�" for c in text)
    return f'"{shown[:39]}…"' if len(shown) > 40 else f'"{shown}"'


def did_you_mean(word: str, known: Collection[str]) -> str:
    """` (did you mean "x"?)` for the known word nearest to `word`, or nothing when none is near."""
    near = difflib.get_close_matches(word[:40], list(known), n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""


class Part:
    """One mapping of the file while it is read: hands out its values and notes a fault for each wrong one.

    `name` is what messages call it ("question FEEL1"). A value that is missing or wrong comes back as an
    empty one of the right type, so that reading goes on and finds the other faults too.
    """

    def __init__(self, node: Node, name: str, faults: list[Fault]) -> None:
        self.name = name
        self.faults = faults
        self.fields = node if isinstance(node, Fields) else Fields(node.place, {}, {})
        if not isinstance(node, Fields):
            self.fault(node.place, "must be a group of “key: value” lines")

    def fault(self, place: Place, message: str) -> None:
        self.faults.append(Fault(place.line, place.column, f"{self.name}: {message}"))

    def at(self, key: str) -> Place:
        """Where the value of `key` is written; where this mapping begins when it is not."""
        return locate(self.fields, (key,))

    def has(self, key: str) -> bool:
        return key in self.fields.entries

    def refuse_unknown(self, known: Collection[str]) -> None:
        """Notes a fault for every key that is not in `known`, with the nearest one that is."""
        for key, place in self.fields.keys.items():
            if key not in known:
                self.fault(place, f"unknown key {excerpt(key)}{did_you_mean(key, known)}")

    def require(self, *keys: str) -> None:
        """Notes a fault for every key of `keys` that is not there."""
        for key in keys:
            if not self.has(key):
                self.fault(self.fields.place, f'"{key}" is missing')

    def _leaf(self, key: str, wanted: str) -> Leaf | None:
        node = self.fields.entries.get(key)
        if node is None:
            return None
        if not isinstance(node, Leaf) or node.blank:
            self.fault(self.at(key), f'"{key}" must be {wanted}')
            return None
        return node

    def word(self, key: str, wanted: str = "one word") -> str:
        """A code as it is written, quoted or not; empty when it is missing."""
        leaf = self._leaf(key, wanted)
        return leaf.text if leaf else ""

    def flag(self, key: str, default: bool) -> bool:
        """`true` or `false`; `yes` and `no` are understood too, as most writers of YAML expect."""
        leaf = self._leaf(key, "true or false")
        if leaf is None:
            return default
        if leaf.quoted or leaf.text.lower() not in ("true", "yes", "false", "no"):
            self.fault(leaf.place, f'"{key}" must be true or false, not {excerpt(leaf.text)}')
            return default
        return leaf.text.lower() in ("true", "yes")

    def number(self, key: str, low: int, high: int) -> int | None:
        """A whole number from `low` to `high`; None when it is missing or wrong."""
        wanted = f"a whole number from {low} to {high}"
        leaf = self._leaf(key, wanted)
        if leaf is None:
            return None
        if leaf.quoted or not re.fullmatch(r"[0-9]{1,6}", leaf.text) or not low <= int(leaf.text) <= high:
            self.fault(leaf.place, f'"{key}" must be {wanted}, not {excerpt(leaf.text)}')
            return None
        return int(leaf.text)

    def items(self, key: str) -> tuple[Node, ...]:
        """The members of a list; empty when it is missing."""
        node = self.fields.entries.get(key)
        if node is None:
            return ()
        if not isinstance(node, Items):
            self.fault(self.at(key), f'"{key}" must be a list')
            return ()
        return node.nodes

    def words(self, key: str) -> tuple[str, ...]:
        """A list of codes. A wrong member comes back empty, so that positions stay those of the file."""
        words = []
        for node in self.items(key):
            good = isinstance(node, Leaf) and not node.blank
            if not good:
                self.fault(node.place, f'every member of "{key}" must be one word')
            words.append(node.text if isinstance(node, Leaf) and good else "")
        return tuple(words)

    def texts(self, key: str, languages: tuple[str, ...]) -> Texts:
        """The text of `key` in all of `languages`, in that order; empty when the key is missing."""
        node = self.fields.entries.get(key)
        if node is None:
            return {}
        if not isinstance(node, Fields):
            self.fault(self.at(key), f'"{key}" must hold one text for each language ({", ".join(languages)})')
            return {}
        return self.texts_of(node, f'"{key}"', self.at(key), languages)

    def texts_of(self, node: Fields, what: str, place: Place, languages: tuple[str, ...]) -> Texts:
        """As `texts`, from a mapping at hand; a missing language is noted at `place`."""
        # When languages could not be read, every text would be a fault of its own: take them as they are.
        languages = languages or tuple(node.entries)
        for key, key_place in node.keys.items():
            if key not in languages:
                hint = did_you_mean(key, languages)
                self.fault(key_place, f"{what} has a text in {excerpt(key)}, which is not in languages{hint}")
        texts = {}
        for language in languages:
            if language not in node.entries:
                self.fault(place, f"{what} has no text in {excerpt(language)}")
            else:
                texts[language] = self._text(node, what, language)
        return texts

    def _text(self, node: Fields, what: str, language: str) -> str:
        leaf, place = node.entries[language], locate(node, (language,))
        if not isinstance(leaf, Leaf) or leaf.blank:
            self.fault(place, f"{what} has an empty text in {excerpt(language)}")
            return ""
        if _UNPRINTABLE.search(leaf.text):
            self.fault(place, f"{what} has an unprintable character in {excerpt(language)}")
        if len(leaf.text) > LONGEST_TEXT:
            self.fault(place, f"{what} is longer than {LONGEST_TEXT} characters in {excerpt(language)}")
        return unicodedata.normalize("NFC", leaf.text).strip()
