"""The lock files: everything pinned and hashed, no index named, and what was asked for is what is locked."""

import re
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house_rules.tree import read


class Lock(NamedTuple):
    """A locked package: its exact version and the number of hashes that its files may have."""

    version: str
    hashes: int


def locked(name: str) -> dict[str, Lock]:
    """The packages of a lock file; a line that pins nothing or has no hash fails the test."""
    joined = re.sub(r"\\\n", " ", read(f"requirements/{name}.txt"))
    packages = {}
    for line in joined.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        pin = re.match(r"([A-Za-z0-9._-]+)==([^\s;]+)", line)
        hashes = re.findall(r"--hash=sha256:[0-9a-f]{64}\b", line)
        assert pin and hashes, f"requirements/{name}.txt: not pinned with a hash: {line[:80]}"
        packages[canonicalize_name(pin[1])] = Lock(pin[2], len(hashes))
    return packages


def asked_for(name: str) -> list[Requirement]:
    """The requirements of an `.in` file and of those it includes with -r."""
    wanted = []
    for line in read(f"requirements/{name}.in").splitlines():
        text = line.split(" #")[0].strip()
        if text.startswith("-r "):
            wanted += asked_for(text.removeprefix("-r ").removesuffix(".in").strip())
        elif text and not text.startswith("#"):
            wanted.append(Requirement(text))
    return wanted


@pytest.mark.parametrize("name", ["runtime", "dev"])
def test_what_is_asked_for_is_locked_in_a_version_that_satisfies_it(name: str) -> None:
    packages = locked(name)
    for requirement in asked_for(name):
        lock = packages.get(canonicalize_name(requirement.name))
        assert lock, f"{requirement.name} is asked for but not locked: run make lock"
        assert requirement.specifier.contains(lock.version), f"{requirement} is locked as {lock.version}"


@pytest.mark.parametrize("name", ["runtime.in", "runtime.txt", "dev.in", "dev.txt"])
def test_no_index_is_named(name: str) -> None:
    text = read(f"requirements/{name}")
    assert re.findall(r"--(?:extra-)?index-url|--find-links|--trusted-host|https?://|file:", text) == []


def test_development_runs_on_the_very_versions_that_are_deployed() -> None:
    runtime, dev = locked("runtime"), locked("dev")
    assert {name: lock.version for name, lock in runtime.items()} == {
        name: dev[name].version for name in runtime if name in dev
    }


def test_the_sampler_of_the_noise_is_pinned_by_decision() -> None:
    (opendp,) = [requirement for requirement in asked_for("runtime") if requirement.name == "opendp"]
    assert str(opendp.specifier) == f"=={locked('runtime')['opendp'].version}"
