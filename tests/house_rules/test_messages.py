"""Translations: every text is found, uses named placeholders, and the template in the tree is a fresh one."""

import csv
import io
import re

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from backend.errors import CATALOGUE
from tests.house_rules.tree import ROOT, files, read

KEYWORDS = {"mark": None, "_": None, "gettext": None, "ngettext": (1, 2)}
Message = str | tuple[str, ...]


@pytest.fixture(scope="module")
def messages() -> set[Message]:
    """Every text that `make messages` would find, plural forms as tuples."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    kept = [(pattern, method) for pattern, method in methods]
    found = extract_from_dir(ROOT, kept, options, keywords=KEYWORDS)
    ours = [row[2] for row in found if row[0].startswith(("backend/", "frontend/"))]
    return {text if isinstance(text, str) else tuple(text) for text in ours}


def singular(message: Message) -> str:
    return message if isinstance(message, str) else message[0]


def test_every_problem_has_a_text_that_is_found(messages: set[Message]) -> None:
    assert {problem.message for problem in CATALOGUE.values()} - messages == set()


def test_the_pages_have_texts_that_are_found(messages: set[Message]) -> None:
    asked = {text for name in files("frontend/", ".html") for text in re.findall(r'\b_\("([^"]+)"', read(name))}
    assert asked
    assert asked - {singular(message) for message in messages} == set()


def test_placeholders_have_names(messages: set[Message]) -> None:
    texts = [text for message in messages for text in ([message] if isinstance(message, str) else message)]
    unnamed = re.compile(r"%(?![(%])(?!\s|$)|\{[a-z_]*\}")
    assert [text for text in texts if unnamed.search(text)] == []


def test_the_template_is_fresh(messages: set[Message]) -> None:
    stored = read_po(io.StringIO(read("locales/messages.pot")))
    assert {m.id if isinstance(m.id, str) else tuple(m.id) for m in stored if m.id} == messages, (
        "texts changed: run make messages"
    )


def test_the_glossary_has_each_word_once_in_each_language() -> None:
    rows = list(csv.DictReader(io.StringIO(read("locales/glossary.csv"))))
    assert list(rows[0]) == ["term", "language", "translation", "note"]
    keys = [(row["term"], row["language"]) for row in rows]
    assert len(keys) == len(set(keys))
    terms, languages = {row["term"] for row in rows}, {row["language"] for row in rows}
    assert {"en", "sv", "ar"} <= languages
    assert {(term, language) for term in terms for language in ("en", "sv", "ar")} - set(keys) == set()
    assert [row for row in rows if not row["translation"].strip()] == []
