"""Pages that keep the strict Content-Security-Policy and read from right to left as well as from left."""

import re

import pytest

from tests.house_rules.tree import files, read

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
TAG = re.compile(r"<[a-zA-Z][^<>]*>")
SVG_NAMESPACE = "http://www.w3.org/2000/svg"
# Left and right as a property or a value; `inline-start` and `inline-end` turn round with the language.
PHYSICAL = re.compile(
    r"(?:^|[;{\s])(?:"
    r"(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)(?:-[a-z]+)?"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|left|right"
    r")\s*:"
    r"|(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


def inline_faults(template: str) -> list[str]:
    """What a strict policy would block: style and event attributes, script and style bodies."""
    html = JINJA.sub("", template)
    attributes = [a for tag in TAG.findall(html) for a in re.findall(r"\s(?:style|on[a-z]+)\s*=", tag)]
    bodies = re.findall(r"<script\b[^>]*>\s*[^\s<]", html)
    return [a.strip() for a in attributes] + bodies + re.findall(r"<style\b|javascript:", html)


def third_parties(text: str) -> list[str]:
    """The outside addresses that a file names; the SVG namespace is a name, not an address."""
    hosts = re.findall(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+[^\s\"'<>)]*", text, re.IGNORECASE)
    return [host for host in hosts if host != SVG_NAMESPACE]


def physical_directions(css: str) -> list[str]:
    rules = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return [found.group().strip(" ;{\n") for found in PHYSICAL.finditer(rules)]


def without_comments(name: str) -> str:
    """A file's text without its comments: they may point to a standard."""
    text = read(name)
    if name.endswith(".html"):
        return re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)


def test_pages_have_nothing_inline() -> None:
    templates = files("frontend/", ".html")
    assert templates, "there are no templates"
    assert {name: found for name in templates if (found := inline_faults(read(name)))} == {}


def test_nothing_comes_from_third_parties() -> None:
    served = files("frontend/", ".html", ".css", ".js", ".svg")
    assert {name: found for name in served if (found := third_parties(without_comments(name)))} == {}


def test_styles_know_start_and_end_instead_of_left_and_right() -> None:
    sheets = files("frontend/", ".css")
    assert sheets, "there are no style sheets"
    assert {name: found for name in sheets if (found := physical_directions(read(name)))} == {}


@pytest.mark.parametrize(
    "template",
    [
        '<p class="x" style="color: red">',
        '<button\n  onclick="go()">',
        "<script>go()</script>",
        '<script type="module">{{ "x" }} import x</script>',
        "<style>p {}</style>",
        '<a href="javascript:go()">',
    ],
)
def test_what_is_inline_is_seen(template: str) -> None:
    assert inline_faults(template)


def test_what_is_not_inline_is_let_pass() -> None:
    template = '{{ button(on=1, style="plain") }}<script type="module" src="{{ x }}"></script><p>a style=b</p>'
    assert inline_faults(template) == []


@pytest.mark.parametrize("text", ['src="https://cdn.example.com/x.js"', "@import url(//fonts.example.net/a.css)"])
def test_a_third_party_is_seen(text: str) -> None:
    assert third_parties(text)


def test_the_svg_namespace_is_no_third_party() -> None:
    assert third_parties(f'<svg xmlns="{SVG_NAMESPACE}">') == []


@pytest.mark.parametrize(
    "css",
    [
        "a { margin-left: 1px }",
        "a{left:0}",
        "a { color: red; text-align:right }",
        "a { border-left-color: red }",
    ],
)
def test_a_physical_direction_is_seen(css: str) -> None:
    assert physical_directions(css)


def test_logical_directions_are_let_pass() -> None:
    css = "/* left: 0 */ a { margin-inline-start: 1px; text-align: start; inset-inline-end: 0; --x-left: 1 }"
    assert physical_directions(css) == []
