"""Server processes for the measurements: started on a free port, stopped afterwards, their memory read from /proc."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
DELAKTIG = (sys.executable, "-m", "backend.cli")


class Served(NamedTuple):
    """A running server."""

    port: int
    pid: int

    def memory(self) -> float:
        """Resident memory in MB."""
        return memory(self.pid, "VmRSS")

    def peak(self) -> float:
        """The most resident memory that it ever had, in MB."""
        return memory(self.pid, "VmHWM")

    def processor_seconds(self) -> float:
        """Processor time so far, in seconds: hardly touched by what else runs on the machine."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int, field: str) -> float:
    """A field of /proc/<pid>/status in MB (VmRSS: resident now, VmHWM: the most ever)."""
    found = re.search(rf"^{field}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(database_url: str) -> dict[str, str]:
    """The demo's settings on a database; the budget is wide because the measured waves are more than a year's."""
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("DELAKTIG_")},
        "DELAKTIG_DATABASE_URL": database_url,
        "DELAKTIG_MUNICIPALITY_NAME": "Umeå kommun",
        "DELAKTIG_LANGUAGES": "sv,en,ar",
        "DELAKTIG_SURVEY_BUDGET": "1",
    }


def delaktig(database_url: str, *arguments: str) -> None:
    """Runs one command of the product and waits for it."""
    subprocess.run(
        [*DELAKTIG, *arguments],
        cwd=ROOT,
        env=environment(database_url),
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def service(database_url: str, *options: str) -> Iterator[Served]:
    """The real service on a migrated database."""
    with _server([*DELAKTIG, "serve", *options], environment(database_url)) as served:
        yield served


@contextmanager
def bare_handler() -> Iterator[Served]:
    """The handler that does nothing, on the same server software."""
    with _server([sys.executable, "-m", "tests.bench.bare", "{port}"], dict(os.environ)) as served:
        yield served


@contextmanager
def _server(command: Sequence[str], environ: Mapping[str, str]) -> Iterator[Served]:
    port = free_port()
    process = subprocess.Popen(
        [part.format(port=port) for part in command],
        cwd=ROOT,
        env={**environ, "PORT": str(port)},
        stdout=subprocess.DEVNULL,
    )
    try:
        await_answer(port, process)
        yield Served(port, process.pid)
    finally:
        process.terminate()
        process.wait(timeout=30)


def await_answer(port: int, process: subprocess.Popen[bytes], seconds: float = 60.0) -> None:
    """Waits until the server answers. Raises RuntimeError when it ends or takes too long."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server ended at once")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=5).read()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    raise RuntimeError("the server does not answer")
