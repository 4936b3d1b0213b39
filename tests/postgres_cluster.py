"""A throw-away PostgreSQL cluster for the tests: made by `initdb` as a user that is not root, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql*/bin")


def find_programs() -> Path | None:
    """The folder of the newest `initdb` on this machine, or None."""
    found = [path for pattern in PLACES for path in Path("/").glob(pattern.lstrip("/")) if (path / "initdb").exists()]
    if (on_path := shutil.which("initdb")) is not None:
        found.append(Path(on_path).resolve().parent)
    return max(found, key=lambda path: path.as_posix(), default=None)


def unprivileged_user() -> dict[str, object]:
    """What `subprocess` needs to run a program as somebody who is not root."""
    # PostgreSQL refuses to run as root; any unprivileged user will do.
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL cannot run as root and there is neither a user postgres nor nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster(programs: Path, *, durable: bool = False) -> Iterator[str]:
    """Starts a cluster on 127.0.0.1 and yields the address of its `postgres` database.

    `durable` keeps fsync on, for the tests that kill things.
    """
    user = unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="delaktig-pg-"))
    if user:
        os.chown(folder, user["user"], user["group"])
    data, port = folder / "data", _free_port()
    run = {"cwd": folder, "stdout": subprocess.DEVNULL, **user}
    subprocess.run(
        [programs / "initdb", "-D", data, "-U", "delaktig", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"],
        check=True,
        **run,
    )
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=60"
    if not durable:
        options += " -c fsync=off -c synchronous_commit=off -c full_page_writes=off"
    log = folder / "log"
    subprocess.run([programs / "pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start"], check=True, **run)
    try:
        yield f"postgres://delaktig@127.0.0.1:{port}/postgres"
    finally:
        subprocess.run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], check=False, **run)
        for _ in range(3):
            shutil.rmtree(folder, ignore_errors=True)
            if not folder.exists():
                break
            time.sleep(0.2)
