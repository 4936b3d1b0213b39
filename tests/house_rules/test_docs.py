"""Docs that fail: what the READMEs name exists, and what exists and matters is named."""

import re
import sys
from pathlib import PurePosixPath

import pytest

from backend.config import SETTINGS
from backend.errors import CATALOGUE
from tests.house_rules.tree import code_of, files, read, section, table_rows, top_folders

GUIDES = ["README.md", "CONTRIBUTING.md", "backend/README.md"]
TREES = ["backend", "frontend", "locales"]


def settings_table() -> list[tuple[str, ...]]:
    """The README's settings table as it has to be: name, default, explanation of every setting, in order."""
    return [(setting.name, setting.default, setting.explanation) for setting in SETTINGS]


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", read("Makefile"), re.MULTILINE))


def named_targets(markdown: str) -> set[str]:
    """The targets after `make` in the code of a text."""
    return {target for code in code_of(markdown) for target in re.findall(r"\bmake ([a-z][a-z-]*)", code)}


def named_commands(markdown: str) -> set[tuple[str, ...]]:
    """The `delaktig` commands in the code of a text, with their subcommand: ("district", "import")."""
    call = re.compile(r"(?:\bdelaktig|\bbackend\.cli) ([a-z]+)(?: ([a-z]+))?(?![\w.=/-])")
    found = [call.findall(code) for code in code_of(markdown)]
    return {tuple(word for word in words if word) for words_of in found for words in words_of}


def tree_map(markdown: str) -> set[str]:
    """The paths of the map: a fenced list below the heading “Map”, two spaces deeper for each folder down."""
    fenced = re.search(r"^```[^\n]*\n(.*?)^```", section(markdown, "Map"), re.MULTILINE | re.DOTALL)
    assert fenced, "there is no fenced list below the heading “Map”"
    paths: set[str] = set()
    folders: list[str] = []
    for line in fenced[1].splitlines():
        depth = (len(line) - len(line.lstrip())) // 2
        if name := line.strip().split(" ")[0]:
            folders = [*folders[:depth], name.rstrip("/")]
            paths.add("/".join([*folders[:depth], name]))
    return paths


def exists(tree: str, path: str) -> bool:
    """Whether a path of a map exists; `<name>` stands for any name."""
    pattern = re.sub(r"<[a-z]+>", "*", path.rstrip("/"))
    wanted = len(PurePosixPath(pattern).parts)
    below = [PurePosixPath(*PurePosixPath(name).parts[1 : wanted + 1]) for name in files(f"{tree}/")]
    return any(str(found) == pattern or found.match(pattern) for found in below)


def test_the_settings_table_is_that_of_the_code() -> None:
    assert table_rows(section(read("README.md"), "Settings")) == settings_table()


@pytest.mark.parametrize("guide", GUIDES)
def test_the_make_targets_that_are_named_exist(guide: str) -> None:
    assert named_targets(read(guide)) - make_targets() == set()


def test_the_contributors_learn_every_make_target() -> None:
    assert make_targets() - named_targets(read("CONTRIBUTING.md")) - {"help"} == set()


@pytest.mark.parametrize("guide", GUIDES)
def test_the_commands_that_are_named_exist(guide: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.cli import main

    for words in sorted(named_commands(read(guide))):
        monkeypatch.setattr(sys, "argv", ["delaktig", *words, "--help"])
        try:
            code = main()
        except SystemExit as leave:
            code = leave.code
        assert not code, f"{guide}: `delaktig {' '.join(words)}` is no command"


@pytest.mark.parametrize("tree", TREES)
def test_a_tree_s_map_names_only_what_exists(tree: str) -> None:
    named = tree_map(read(f"{tree}/README.md"))
    assert named
    assert {path for path in named if not exists(tree, path)} == set()


@pytest.mark.parametrize("tree", TREES)
def test_a_tree_s_map_names_every_folder(tree: str) -> None:
    named = {path.rstrip("/") for path in tree_map(read(f"{tree}/README.md"))}
    languages = {name.split("/")[1] for name in files("locales/") if "/LC_MESSAGES/" in name}
    assert top_folders(f"{tree}/") - named - (languages if tree == "locales" else set()) == set()


def test_the_map_of_the_backend_names_every_module_at_its_top() -> None:
    modules = {name.split("/")[1] for name in files("backend/", ".py") if name.count("/") == 1} - {"__init__.py"}
    assert modules - tree_map(read("backend/README.md")) == set()


def test_the_problem_words_are_those_of_the_catalogue() -> None:
    rows = table_rows(section(read("backend/README.md"), "Problem words"))
    assert sorted((row[0], row[1]) for row in rows) == sorted(
        (word, str(problem.status)) for word, problem in CATALOGUE.items()
    )


def test_the_eight_stops_are_told_in_order() -> None:
    stops = re.findall(r"^(\d)\. \*\*(\w+)\*\*", section(read("backend/README.md"), "The eight stops"), re.M)
    assert [int(number) for number, _ in stops] == list(range(1, 9))
    paths = [code for code in code_of(section(read("backend/README.md"), "The eight stops")) if "/" in code]
    assert paths
    assert {path for path in paths if path.endswith(".py") and not exists("backend", path)} == set()


def test_what_a_guide_names_is_found_in_its_code_only() -> None:
    text = "make sense of `make run`\n```\n.venv/bin/delaktig district import FILE\ndelaktig serve\n```\n"
    assert named_targets(text) == {"run"}
    assert named_commands(text) == {("district", "import"), ("serve",)}
    assert named_commands("`delaktig release prepare safety-1`") == {("release", "prepare")}


def test_a_map_is_read_with_its_folders() -> None:
    lines = ["a/          first", "  b.py      two", "  c/", "    d.py    deep", "<name>/     any"]
    text = "\n".join(["## Map", "", "```text", *lines, "```", "## Next"])
    assert tree_map(text) == {"a/", "a/b.py", "a/c/", "a/c/d.py", "<name>/"}
