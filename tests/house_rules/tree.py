"""What the house rules look at: the files of the working tree that belong to the project, and their parts."""

import ast
import re
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@lru_cache(maxsize=1)
def project_files() -> tuple[str, ...]:
    """Every file that git has or would take, relative to the root: no environment, no data, no caches."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted({name for name in listed.split("\0") if name and (ROOT / name).is_file()}))


def files(under: str = "", *suffixes: str) -> list[str]:
    """The project's files below a folder (`backend/`), with one of the suffixes when any is given."""
    return [name for name in project_files() if name.startswith(under) and name.endswith(suffixes or "")]


def read(name: str) -> str:
    """The text of a file; a file that is missing fails the test with its name."""
    path = ROOT / name
    assert path.is_file(), f"{name} is missing"
    return path.read_text(encoding="utf-8")


def is_text(name: str) -> bool:
    """Whether a file is text: pictures and compressed files hold a NUL byte near their beginning."""
    return b"\0" not in (ROOT / name).read_bytes()[:8192]


def top_folders(under: str) -> set[str]:
    """The names of the folders directly below a folder (`backend/`) that hold any file of the project."""
    return {rest.split("/")[0] for name in files(under) if "/" in (rest := name.removeprefix(under))}


@lru_cache(maxsize=512)
def parsed(name: str) -> ast.Module:
    return ast.parse(read(name), filename=name)


def imports(module: ast.Module) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it: `from a.b import c` gives `a.b` and `a.b.c`."""
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dotted(node: ast.expr) -> str:
    """`datetime.now` for the expression that says so; empty for anything but names and dots."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := dotted(node.value)):
        return f"{left}.{node.attr}"
    return ""


def section(markdown: str, heading: str) -> str:
    """The text below a heading of any level, up to the next heading of the same or a higher level."""
    found = re.search(rf"^(#+) {re.escape(heading)} *$", markdown, re.MULTILINE)
    assert found, f"there is no heading “{heading}”"
    rest = markdown[found.end() :]
    end = re.search(rf"^#{{1,{len(found[1])}}} ", rest, re.MULTILINE)
    return rest[: end.start()] if end else rest


def table_rows(markdown: str) -> list[tuple[str, ...]]:
    """The cells of every table row whose first cell is code; backticks around a cell are removed."""
    rows = (line.strip().strip("|").split("|") for line in markdown.splitlines() if line.startswith("| `"))
    return [tuple(cell.strip().removeprefix("`").removesuffix("`") for cell in row) for row in rows]


def code_of(markdown: str) -> list[str]:
    """Every fenced line and every inline code of a Markdown text."""
    fenced = re.findall(r"^```[^\n]*\n(.*?)^```", markdown, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```[^\n]*\n.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    return [line for block in fenced for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", prose)
