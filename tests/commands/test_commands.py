"""The command `delaktig`: help, exit codes, errors that can be understood, and never a number of answers."""

import argparse
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from backend.cli import build_parser, main
from backend.config import ROOT
from tests.municipality import PASSWORD, SURVEY, district_file


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command on the test's database; returns exit code, standard output and standard error."""
    monkeypatch.setenv("DELAKTIG_DATABASE_URL", database_url)

    def command(*arguments: object, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        try:
            code = main([str(argument) for argument in arguments])
        except SystemExit as leave:
            code = leave.code if isinstance(leave.code, int) else 1
            sys.stderr.write(leave.code if isinstance(leave.code, str) else "")
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return command


only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def commands(parser: argparse.ArgumentParser, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The words of every command and subcommand."""
    yield words
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, child in action.choices.items():
                yield from commands(child, (*words, name))


@pytest.mark.parametrize("words", list(commands(build_parser())), ids=" ".join)
def test_every_command_explains_itself(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leave:
        main([*words, "--help"])
    assert leave.value.code == 0
    assert "usage: delaktig" in capsys.readouterr().out


def test_the_commands_of_the_issue_are_there() -> None:
    top = {words[0] for words in commands(build_parser()) if words}
    assert top >= set(["serve", "migrate", "seed", "account", "district", "survey", "wave", "release", "purge"])


@pytest.mark.parametrize(
    "arguments",
    [[], ["nonsense"], ["wave"], ["wave", "create", "x"], ["seed", "--stage", "x"], ["account", "create", "a@b"],
     ["wave", "create", "x", "--starts", "tomorrow", "--ends", "2026-01-01"],
     ["wave", "create", "x", "--starts", "2026-01-01", "--ends", "2026-01-01", "--rho", "1/0"],
     ["account", "create", "a@b", "--name", "x", "--role", "owner"], ["release", "withdraw", "x"]],
)  # fmt: skip
def test_wrong_usage_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leave:
        main(arguments)
    assert leave.value.code == 2 and "usage: delaktig" in capsys.readouterr().err


@only_sqlite
def test_a_bad_setting_ends_with_two_and_its_name(run, monkeypatch) -> None:
    monkeypatch.setenv("PORT", "many")
    code, out, err = run("wave", "list")
    assert (code, out) == (2, "") and err.startswith("delaktig: PORT ")


@pytest.mark.parametrize("command", [["migrate"], ["serve"], ["wave", "list"], ["upkeep"]], ids=" ".join)
@pytest.mark.parametrize(
    "address", ["postgres://nobody:hush@127.0.0.1:9/none", "sqlite:///proc/none/x.sqlite3", "sqlite://{}"]
)
def test_a_database_that_cannot_be_used_is_told_in_a_line(command, address, tmp_path, monkeypatch, capsys) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_text("this is no database " * 500)
    monkeypatch.setenv("DELAKTIG_DATABASE_URL", address.format(broken))
    assert main(command) == 1
    captured = capsys.readouterr()
    assert captured.err.splitlines()[-1].startswith("delaktig: ") and "hush" not in captured.err


@only_sqlite
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["wave", "open", "none"], "This page does not exist"),
        (["release", "prepare", "none"], "This page does not exist"),
        (
            ["wave", "create", "none", "--starts", "2099-01-01", "--ends", "2099-01-02"],
            "There is no survey called none.",
        ),
        (["survey", "import", "/no/such/file.yaml"], "/no/such/file.yaml: No such file or directory"),
        (["district", "import", "/no/such/file.geojson", "--vintage", "1"], "No such file or directory"),
    ],
)
def test_a_refusal_ends_with_one_and_its_reason(run, arguments, says: str) -> None:
    code, out, err = run(*arguments)
    assert code == 1 and out == "" and says in err and "Traceback" not in err


class TestMigrate:
    def test_the_second_time_does_nothing(self, run) -> None:
        assert run("migrate") == (0, "The database has the present schema.\n", "")

    @only_sqlite
    def test_before_it_the_service_refuses_to_start(self, run, tmp_path, monkeypatch) -> None:
        monkeypatch.setenv("DELAKTIG_DATABASE_URL", f"sqlite://{tmp_path / 'new.sqlite3'}")
        for arguments in (["serve"], ["wave", "list"]):
            code, _, err = run(*arguments)
            assert (code == 1 and "run `delaktig migrate`" in err) or "`delaktig migrate`" in err
        assert run("migrate")[:2] == (0, "Applied: 0001_initial.\n")


class TestAccount:
    def test_the_password_comes_from_a_pipe(self, run) -> None:
        made = run("account", "create", "p@example.org", "--name", "P", typed=PASSWORD + "\n")
        assert made == (0, "p@example.org may sign in as planner.\n", "")
        assert run("account", "list") == (0, "p@example.org\tplanner\tactive\tP\n", "")
        code, out, err = run("account", "create", "p@example.org", "--name", "P", typed=PASSWORD + "\n")
        assert (code, out) == (1, "") and "already an account" in err

    @only_sqlite
    @pytest.mark.parametrize("typed", ["", "\n", "short\n"])
    def test_a_short_password_is_refused_and_not_repeated(self, run, typed: str) -> None:
        code, out, err = run("account", "create", "p@example.org", "--name", "P", typed=typed)
        assert (code, out) == (1, "") and "password: Choose a password of at least 12" in err and "short" not in err
        assert run("account", "list") == (0, "", "")

    def test_no_option_takes_a_password(self) -> None:
        for words in commands(build_parser()):
            assert "password" not in words
        usage = subprocess.run(
            [sys.executable, "-m", "backend.cli", "account", "create", "--help"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout.decode()
        assert "--password" not in usage


class TestFiles:
    def test_a_faulty_survey_names_line_and_fault(self, run, tmp_path: Path) -> None:
        path = tmp_path / "survey.yaml"
        lines = SURVEY.replace("kind: several", "kind: sevral").splitlines()
        path.write_text("\n".join(lines))
        code, out, err = run("survey", "import", path)
        line = next(number for number, text in enumerate(lines, start=1) if "sevral" in text)
        assert (code, out) == (1, "") and "Nothing was stored." in err
        assert re.search(rf"\b{line}\b.*sevral", err), err
        assert run("survey", "list") == (0, "", "")

    def test_a_faulty_district_file_names_the_feature_and_stores_nothing(self, run, tmp_path: Path) -> None:
        file = json.loads(district_file())
        file["features"][2]["properties"]["code"] = file["features"][0]["properties"]["code"]
        file["features"][3]["geometry"] = {"type": "Point", "coordinates": [20, 63]}
        path = tmp_path / "districts.geojson"
        path.write_text(json.dumps(file))
        code, out, err = run("district", "import", path, "--vintage", "2026")
        assert (code, out) == (1, "") and "feature 3: " in err and "feature 4: " in err
        assert run("district", "list") == (0, "", "")


def test_a_newcomer_s_way_to_an_open_wave(run, tmp_path: Path) -> None:
    (tmp_path / "survey.yaml").write_text(SURVEY)
    (tmp_path / "districts.geojson").write_bytes(district_file())
    rows = [
        f"{c},{a},{g},1000"
        for c in ("hamnen", "stranden", "skogen", "byn")
        for a in ("16-39", "40+")
        for g in ("woman", "man")
    ]
    (tmp_path / "people.csv").write_text("\n".join(["district,age,gender,n", *rows]))
    said = [
        run(
            "district",
            "import",
            tmp_path / "districts.geojson",
            "--population",
            tmp_path / "people.csv",
            "--vintage",
            "1",
        ),
        run("survey", "import", tmp_path / "survey.yaml"),
        run("survey", "import", tmp_path / "survey.yaml"),
        run("survey", "list"),
    ]
    today = date.today()  # noqa: DTZ011
    code, out, err = run(
        "wave", "create", "trygghet", "--starts", today, "--ends", today + timedelta(days=9), "--grace-hours", 0
    )
    assert (code, err) == (0, "")
    wave = out.strip()
    for command in (["open"], ["close"]):
        said.append(run("wave", *command, wave))
    said += [run("wave", "list"), run("release", "prepare", wave), run("release", "prepare", wave)]
    release = f"{wave}-r1"
    said += [run("release", "draw", release), run("release", "publish", release), run("release", "list")]
    said.append(run("release", "withdraw", release, "--reason", "A try."))
    said += [run("release", "list"), run("purge"), run("upkeep")]
    assert [code for code, _, _ in said] == [0] * len(said), said
    assert said[0][1].splitlines()[-1] == "4 districts added, 0 replaced, 0 retired."
    assert said[-5][1] == f"{release}\tpublished\n" and said[-3][1] == f"{release}\twithdrawn\n"
    refused = run("release", "publish", release)
    assert refused[0] == 1 and "cannot be changed in that way" in refused[2]


@only_sqlite
def test_no_output_tells_how_many_answered(run) -> None:
    """Seeds an odd number of answers and looks for it, and its parts, in all that every command says."""
    assert run("seed", "--responses", "777")[0] == 0
    waves = [line.split("\t")[0] for line in run("wave", "list")[1].splitlines()]
    said = [
        run("wave", "close", waves[0]),
        run("release", "prepare", waves[0]),
        run("release", "publish", f"{waves[0]}-r1"),
    ]
    said += [run("purge"), run("upkeep"), run("wave", "list"), run("release", "list"), run("survey", "list")]
    assert [code for code, _, _ in said] == [0] * len(said)
    for _, out, err in said:
        assert not re.search(
            r"\b(777|259|1813)\b|respon\w+: \d|\d+ (rows|responses|answers)|\d+(\.\d+)? ?(s|ms)\b", out + err
        )
    refused = run("seed")
    assert refused[0] == 1 and "holds data already" in refused[2]
