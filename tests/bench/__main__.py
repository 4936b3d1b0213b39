"""`python -m tests.bench`: measures what the product promises, on 127.0.0.1 only, in under four minutes."""

import argparse
import os
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from tests.bench.releasing import measure_release
from tests.bench.report import Report
from tests.bench.served import delaktig
from tests.bench.starting import measure_pages, measure_start
from tests.bench.storing import measure_growth, measure_storing
from tests.bench.town import fill, found_town
from tests.postgres_cluster import cluster, find_programs


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--full", action="store_true", help="a release of a million answers on PostgreSQL too")
    options = parser.parse_args()
    report, begun = Report(), time.perf_counter()
    report.heading("The machine")
    report.add("adding up the first ten million numbers takes", f"{_yardstick():.2f} s")
    report.add("load average", f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory(prefix="delaktig-bench-") as folder:
        _on_sqlite(report, Path(folder))
    _on_postgres(report, options.full)
    print(f"\nMeasured in {time.perf_counter() - begun:.0f} s.")
    for line in report.missed():
        print(f"NOT MET: {line.what}: {line.value}, goal {line.goal}")


def _yardstick() -> float:
    """Processor seconds of a fixed loop: half a second on a quiet machine of today, more where others work beside."""
    begun, total = time.process_time(), 0
    for number in range(10_000_000):
        total += number
    return time.process_time() - begun


def _on_sqlite(report: Report, folder: Path) -> None:
    demo = folder / "demo.sqlite3"
    measure_start(report, f"sqlite://{demo}")
    empty = folder / "empty.sqlite3"
    shutil.copy(demo, empty)
    with closing(sqlite3.connect(empty)) as connection:
        connection.execute('DELETE FROM "response"')
        connection.commit()
    town = found_town(f"sqlite://{empty}")
    measure_pages(report, f"sqlite://{demo}", town.open_wave)
    measure_storing(report, town, "SQLite, synchronous=FULL")
    measure_growth(report, town)
    measure_release(report, town, "SQLite")


def _on_postgres(report: Report, full: bool) -> None:
    programs = find_programs()
    if programs is None:
        print("\nPostgreSQL is not installed: not measured.")
        return
    with cluster(programs, durable=True) as address:
        delaktig(address, "migrate")
        delaktig(address, "seed", "--responses", "300")
        town = found_town(address)
        measure_storing(report, town, "PostgreSQL, fsync on")
        if full:
            fill(town, 1_000_000)
            measure_release(report, town, "PostgreSQL")


if __name__ == "__main__":
    main()
