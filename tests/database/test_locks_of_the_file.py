"""Opening the database takes no lock from a connection that the same process has to the file already."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from backend.db import database, sqlite_path

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

# SQLite's shared lock: 510 bytes after the pending and the reserved byte (SQLite source, os.h, PENDING_BYTE).
ASK = """
import fcntl, sys
with open(sys.argv[1], "r+b") as file:
    fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 510, 0x40000002)
"""


def is_held(path) -> bool:
    """Whether another process is kept from locking the file."""
    outcome = subprocess.run([sys.executable, "-c", ASK, path], capture_output=True, text=True, check=False)
    assert outcome.returncode == 0 or "BlockingIOError" in outcome.stderr, outcome.stderr
    return outcome.returncode != 0


async def test_the_lock_outlives_a_second_opening(database_url) -> None:
    path = sqlite_path(database_url)
    with closing(sqlite3.connect(path)) as first:
        first.execute("SELECT count(*) FROM wave").fetchall()
        assert is_held(path)
        async with database(database_url):
            assert is_held(path)
        assert is_held(path)
    assert not is_held(path)
