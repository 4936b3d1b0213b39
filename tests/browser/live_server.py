"""The service as it runs in production: `delaktig serve` in a process of its own, on a database of its own."""

import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from backend.config import ROOT

PLANNER, ADMINISTRATOR = "planner@example.org", "administrator@example.org"
PASSWORD = "demo-planner-2026"  # what `delaktig seed` prints
START_SECONDS = 30

# A fast seed has few answers a district, so the smallest district with rows of its own may be small as well. The
# largest district gets about 56 answers in the open wave; noise has a standard deviation of 8 there, so that a row
# is missing less than once in a hundred thousand runs.
RESPONSES = "2400"
LARGEST_DISTRICT = "teg"
RULES = {
    "DELAKTIG_ROW_MINIMUM": "20",
    "DELAKTIG_CROSS_MINIMUM": "20",
    "DELAKTIG_WITHHELD_HALF_WIDTH": "0.9",
    "DELAKTIG_UNCERTAIN_HALF_WIDTH": "0.1",
}


class Server(NamedTuple):
    """A running service: its address without a slash at the end, and where its database is."""

    address: str
    database_url: str

    def stored_responses(self) -> int:
        """How many responses that were not withdrawn the SQLite database holds."""
        with closing(sqlite3.connect(self.database_url.removeprefix("sqlite://"))) as database:
            return int(database.execute("SELECT count(*) FROM response WHERE answers IS NOT NULL").fetchone()[0])


def environment(database_url: str, **more: str) -> dict[str, str]:
    """The settings of the demo with three languages, one of them written from right to left."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("DELAKTIG_")}
    return {
        **inherited,
        "DELAKTIG_DATABASE_URL": database_url,
        "DELAKTIG_LANGUAGES": "sv,en,ar",
        "DELAKTIG_MUNICIPALITY_NAME": "Umeå kommun",
        "DELAKTIG_CONTACT": "info@example.org",
        "DELAKTIG_LOG_LEVEL": "WARNING",
        **more,
    }


def run_command(settings: dict[str, str], *arguments: str) -> None:
    """Runs `delaktig …` to its end. Raises AssertionError with its words when it fails."""
    command = [sys.executable, "-m", "backend.cli", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"delaktig {' '.join(arguments)}: {done.stderr}"


def seed(database_url: str, responses: str = RESPONSES, **rules: str) -> None:
    """Migrates a database and fills it with the demo: two released waves and one that is open."""
    settings = environment(database_url, **rules)
    run_command(settings, "migrate")
    run_command(settings, "seed", "--responses", responses)


def copy_of(template: Path, folder: Path) -> str:
    """The address of a copy of a seeded SQLite database at rest."""
    path = folder / "delaktig.sqlite3"
    shutil.copy(template, path)
    return f"sqlite://{path}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(database_url: str, log: Path, **rules: str) -> Iterator[Server]:
    """Serves a database until the block ends. Raises AssertionError with the log when the service does not start."""
    port = str(_free_port())
    address = f"http://127.0.0.1:{port}"
    settings = environment(database_url, PORT=port, DELAKTIG_PUBLIC_URL=address, **rules)
    with log.open("wb") as output:
        command = [sys.executable, "-m", "backend.cli", "serve"]
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=subprocess.STDOUT)
        try:
            _wait_until_ready(process, f"{address}/health/ready", log)
            yield Server(address, database_url)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(process: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    for _ in range(START_SECONDS * 10):
        assert process.poll() is None, f"the service did not start: {log.read_text()}"
        try:
            with urlopen(address, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"the service was not ready after {START_SECONDS} s: {log.read_text()}")
