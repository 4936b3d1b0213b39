"""Ceilings, not averages: a module stays under 400 lines, a function under 40."""

import ast

from tests.house_rules.tree import files, parsed, read

MODULE_CEILING = 400
FUNCTION_CEILING = 40


def long_functions(module: ast.Module, ceiling: int = FUNCTION_CEILING) -> list[tuple[str, int]]:
    """Name and length of each function above the ceiling, counted from `def` to its last line."""
    found = []
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1
            if length > ceiling:
                found.append((node.name, length))
    return found


def test_no_file_is_longer_than_the_ceiling() -> None:
    lengths = {name: len(read(name).splitlines()) for name in files("", ".py", ".js", ".html", ".css")}
    assert lengths, "no files were found to measure"
    assert {name: n for name, n in lengths.items() if n > MODULE_CEILING} == {}


def test_no_function_of_the_backend_is_longer_than_the_ceiling() -> None:
    modules = files("backend/", ".py")
    assert modules, "no modules were found to measure"
    assert {name: found for name in modules if (found := long_functions(parsed(name)))} == {}


def test_a_function_is_measured_to_its_last_line() -> None:
    body = "\n".join(["    x = 1"] * FUNCTION_CEILING)
    fits = ast.parse("def fits():\n" + body.removesuffix("\n    x = 1"))
    too_long = ast.parse("class C:\n  async def long(self):\n" + body)
    assert long_functions(fits) == []
    assert long_functions(too_long) == [("long", FUNCTION_CEILING + 1)]
