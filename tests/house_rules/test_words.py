"""The words of the house: which names are not used, and who alone may do a thing."""

import ast
import re
import sys
from collections.abc import Callable
from pathlib import PurePosixPath

import pytest

from tests.house_rules.tree import dotted, files, imports, is_text, parsed, project_files, read

EMPTY_NAMES = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc", "mixin"}
EMPTY_CLASS = re.compile(r"(?:Util|Helper|Mixin|Manager)s?$")
CLOCK_READS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "datetime.datetime.now"),
    *("datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today"),
    *("time.time", "time.time_ns", "time.localtime", "time.gmtime", "time.strftime"),
}
# The core may import itself, msgspec and the standard library without what would make it impure.
IMPURE = {
    *("asyncio", "logging", "multiprocessing", "os", "pathlib", "random", "secrets", "socket", "sqlite3"),
    *("subprocess", "tempfile", "threading", "time", "urllib", "uuid", "zoneinfo"),
}
BACKEND = files("backend/", ".py")
# Each pattern is written so that this file does not match itself.
UNWANTED_TEXT = {
    "an unfinished mark": re.compile(r"\b(?:TO[D]O|FIX[M]E|XX[X])\b"),
    "a registry's host": re.compile(r"py(?:pi|thonhosted)[.]org|registry[.]npm|npmjs[.]|deb[.]debian[.]"),
    "a machine's path": re.compile(r"/(?:work|farm)/|/tmp/[a-z]+/|[.]library/|/(?:home|Users|root)/[A-Za-z]"),
}


def breaking(rule: Callable[[ast.Module], list[str]], allowed: Callable[[str], bool]) -> dict[str, list[str]]:
    """What each module of the backend does against a rule, the allowed ones left out."""
    assert BACKEND, "no modules were found"
    return {name: found for name in BACKEND if not allowed(name) and (found := rule(parsed(name)))}


def environment_reads(module: ast.Module) -> list[str]:
    reads = {"os.environ", "os.environb", "os.getenv", "os.putenv"}
    named = [n for node in ast.walk(module) if isinstance(node, ast.Attribute) and (n := dotted(node)) in reads]
    return named + [name for name in imports(module) if name in reads]


def clock_reads(module: ast.Module) -> list[str]:
    named = [dotted(node.func) for node in ast.walk(module) if isinstance(node, ast.Call)]
    taken = [name for name in imports(module) if name in CLOCK_READS]
    return [name for name in named if name in CLOCK_READS] + taken


def http_imports(module: ast.Module) -> list[str]:
    return sorted({name.split(".")[0] for name in imports(module)} & {"starlette", "uvicorn"})


def impure_imports(module: ast.Module) -> list[str]:
    pure = (set(sys.stdlib_module_names) - IMPURE) | {"msgspec", "backend"}
    strangers = {name for name in imports(module) if name.split(".")[0] not in pure}
    return sorted(strangers | {n for n in imports(module) if re.match(r"backend\.(?!core\b)", n)})


def knows_http(name: str) -> bool:
    path = PurePosixPath(name)
    in_routes = path.stem.split("_")[-1] == "routes" or "routes" in path.parts
    return path.parts[1] in {"web", "app.py", "commands"} or in_routes


def response_tables() -> list[str]:
    """The table names that `responses/models.py` declares."""
    module = parsed("backend/responses/models.py")
    assigned = [node for node in ast.walk(module) if isinstance(node, ast.Assign)]
    named = [a.value for a in assigned if any(isinstance(t, ast.Name) and t.id == "table" for t in a.targets)]
    return [value.value for value in named if isinstance(value, ast.Constant) and isinstance(value.value, str)]


def response_table_uses(module: ast.Module) -> list[str]:
    """Imports of the models, and SQL or a foreign key that names one of their tables."""
    tables = "|".join(map(re.escape, response_tables()))
    sql = re.compile(rf'\b(?:from|into|update|join|table)\s+"?(?:{tables})\b', re.IGNORECASE)
    texts = [node.value for node in ast.walk(module) if isinstance(node, ast.Constant)]
    named = [t for t in texts if isinstance(t, str) and (sql.search(t) or t == "models.Response")]
    return named + [n for n in imports(module) if n.startswith("backend.responses.models")]


def test_no_file_folder_or_class_has_an_empty_name() -> None:
    parts = {(name, word) for name in project_files() for word in re.split(r"[/._-]", name)}
    assert {name for name, word in parts if word in EMPTY_NAMES} == set()
    classes = [
        f"{name}: {node.name}"
        for name in BACKEND
        for node in ast.walk(parsed(name))
        if isinstance(node, ast.ClassDef) and EMPTY_CLASS.search(node.name)
    ]
    assert classes == []


def test_only_the_settings_read_the_environment() -> None:
    assert breaking(environment_reads, lambda name: name == "backend/config.py") == {}


def test_only_the_clock_reads_the_clock() -> None:
    assert breaking(clock_reads, lambda name: name == "backend/clock.py") == {}


def test_only_web_routes_and_the_composition_root_know_http() -> None:
    assert breaking(http_imports, knows_http) == {}


def test_only_responses_touches_the_response_tables() -> None:
    assert response_tables(), "responses/models.py declares no table"
    mine = ("backend/responses/", "backend/migrations/")
    assert breaking(response_table_uses, lambda name: name.startswith(mine)) == {}


def test_the_core_is_pure() -> None:
    found = breaking(impure_imports, lambda name: not name.startswith("backend/core/"))
    yaml_reader = found.pop("backend/core/questionnaire_file.py", [])
    assert {name.split(".")[0] for name in yaml_reader} <= {"yaml"}
    assert found == {}


@pytest.mark.parametrize("what", UNWANTED_TEXT)
def test_the_tree_is_free_of(what: str) -> None:
    hits = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name in project_files()
        if is_text(name)
        for number, line in enumerate(read(name).splitlines(), 1)
        if UNWANTED_TEXT[what].search(line)
    ]
    assert hits == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (environment_reads, "import os\nos.environ['PORT']"),
        (environment_reads, "from os import getenv"),
        (clock_reads, "from datetime import datetime\ndatetime.now()"),
        (clock_reads, "import datetime\ndatetime.date.today()"),
        (clock_reads, "from time import time"),
        (http_imports, "def f():\n    from starlette.requests import Request"),
        (response_table_uses, "from backend.responses.models import Response"),
        (response_table_uses, "SQL = 'SELECT 1 FROM response WHERE 1'"),
        (impure_imports, "import random"),
        (impure_imports, "import tortoise.fields"),
        (impure_imports, "from backend.clock import Clock"),
        (impure_imports, "from backend import errors"),
    ],
)
def test_each_rule_sees_what_it_forbids(rule: Callable[[ast.Module], list[str]], source: str) -> None:
    assert rule(ast.parse(source))


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        (environment_reads, "import os\nos.replace('a', 'b')"),
        (clock_reads, "import time\ntime.perf_counter()\ntime.monotonic()"),
        (response_table_uses, "'the response from a phone'"),
        (impure_imports, "from datetime import date\nimport msgspec\nfrom backend.core.plan import Plan"),
    ],
)
def test_each_rule_lets_pass_what_is_fine(rule: Callable[[ast.Module], list[str]], source: str) -> None:
    assert rule(ast.parse(source)) == []


def test_the_patterns_see_what_they_forbid() -> None:
    samples = {
        "an unfinished mark": "# TO" + "DO: later",
        "a registry's host": "https://files.python" + "hosted.org/x",
        "a machine's path": "open('/ho" + "me/anna/x')",
    }
    assert all(UNWANTED_TEXT[what].search(sample) for what, sample in samples.items())
