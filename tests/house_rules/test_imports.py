"""The import rules are kept by `lint-imports`; these tests see that no room of the house escapes them."""

import configparser
import subprocess
import sys

from tests.house_rules.tree import ROOT, files, top_folders


def layers() -> list[str]:
    """The layers of `.importlinter`, highest first, without the marks of optional and independent ones."""
    config = configparser.ConfigParser()
    config.read(ROOT / ".importlinter", encoding="utf-8")
    lines = config["importlinter:contract:layers"]["layers"].split("\n")
    return [name.strip(" ()") for line in lines for name in line.split("|") if name.strip(" ()")]


def test_every_room_has_its_place_in_the_layers() -> None:
    packages = {name for name in top_folders("backend/") if f"backend/{name}/__init__.py" in files()}
    modules = {name.split("/")[1].removesuffix(".py") for name in files("backend/", ".py") if name.count("/") == 1}
    rooms = {f"backend.{name}" for name in (packages | modules) - {"__init__"}}
    assert rooms - set(layers()) == set()


def test_the_features_stand_in_the_agreed_order() -> None:
    features = ["releases", "responses", "surveys", "districts", "accounts", "audit"]
    named = [layer.removeprefix("backend.") for layer in layers()]
    assert [name for name in named if name in features] == features
    assert named[-1] == "core"


def test_the_contracts_are_kept() -> None:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
        "--no-cache",
    ]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
