"""What the tests break: the real service as a process of its own, and a cluster that can be stopped and started."""

import resource
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg

from tests.bench.served import DELAKTIG, ROOT, await_answer, environment, free_port
from tests.postgres_cluster import find_programs, unprivileged_user


class Service:
    """`delaktig serve` on one port, to be killed and started again."""

    def __init__(self, database_url: str) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {**environment(database_url), "PORT": str(self.port)}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process

    def start(self) -> None:
        """Returns when it answers."""
        self._process = subprocess.Popen(
            [*DELAKTIG, "serve"],
            cwd=ROOT,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        await_answer(self.port, self._process)

    def kill(self) -> None:
        """kill -9: nothing is flushed, nothing is closed."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=30)

    def limit_files(self, size: int) -> None:
        """No file of the service may grow beyond this many bytes from now on, as on a full disk (setrlimit(2))."""
        _, hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (size, hard))

    def lift_limit(self) -> None:
        _, hard = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def service(database_url: str) -> Iterator[Service]:
    """A service that is not started yet; whatever runs at the end is killed."""
    served = Service(database_url)
    try:
        yield served
    finally:
        if served._process is not None and served._process.poll() is None:
            served.kill()


class Postgres:
    """Power over a running throw-away cluster."""

    def __init__(self, data: Path) -> None:
        self.data = data
        # How it was started, past the program and its data folder (`postgres "-D" "…" "-p" "…" …`).
        self._options = shlex.split((data / "postmaster.opts").read_text())[3:]

    @classmethod
    async def at(cls, address: str) -> "Postgres":
        connection = await asyncpg.connect(address)
        try:
            return cls(Path(await connection.fetchval("SHOW data_directory")))
        finally:
            await connection.close()

    def stop(self) -> None:
        """As a power cut would: without a last checkpoint."""
        self._run("-m", "immediate", "-w", "stop")

    def start(self) -> None:
        self._run("-w", "-l", str(self.data.parent / "log"), "-o", shlex.join(self._options), "start")

    def _run(self, *arguments: str) -> None:
        programs = find_programs()
        assert programs is not None
        subprocess.run(
            [programs / "pg_ctl", "-D", self.data, *arguments],
            check=True,
            cwd=self.data.parent,
            stdout=subprocess.DEVNULL,
            **unprivileged_user(),
        )
