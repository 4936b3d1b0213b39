"""What `make run` does: the first start with the demo's seed, and the second on what is there."""

import time

from tests.bench.load import Orders, drive
from tests.bench.report import Report
from tests.bench.served import delaktig, service
from tests.bench.sizes import page_weight
from tests.bench.storing import latencies

GOAL_START, GOAL_WEIGHT = 5, 25_000


def measure_start(report: Report, database_url: str) -> None:
    """Seeds the whole demo; the database stays as it is for the measurements of the pages."""
    report.heading("Starting")
    begun = time.perf_counter()
    delaktig(database_url, "migrate")
    delaktig(database_url, "seed")
    report.add("first start: migrate and seed the demo", f"{time.perf_counter() - begun:.1f} s")
    begun = time.perf_counter()
    with service(database_url, "--demo"):
        took = time.perf_counter() - begun
    report.add("second start, until it answers", f"{took:.1f} s", f"< {GOAL_START} s", took < GOAL_START)


def measure_pages(report: Report, database_url: str, wave: str) -> None:
    """The form page's weight, and how fast the residents' pages come."""
    report.heading("Pages")
    with service(database_url) as served:
        form = f"/sv/survey/{wave}"
        weights = page_weight(served.port, form)
        content = sum(weight.content for weight in weights.values())
        whole = sum(weight.whole for weight in weights.values())
        good = content <= GOAL_WEIGHT
        report.add("form page with all it loads, compressed", f"{content:,} bytes", "≤ 25,000", good)
        # Behind the proxy HTTP/2 sends the repeated header fields once (RFC 7541); here each answer has them all.
        report.add("the same with the heads of HTTP/1.1", f"{whole:,} bytes")
        for address, weight in sorted(weights.items(), key=lambda item: -item[1].content):
            report.add(f"  {address.rpartition('/')[2]}", f"{weight.content:,} bytes")
        for path in (form, "/sv/results", "/sv/"):
            outcome = drive(Orders(served.port, path, connections=4, pause=0.05, seconds=2.0))
            if set(outcome.statuses) != {"200"}:
                raise RuntimeError(f"{path}: {outcome.statuses}")
            report.add(f"{path.replace(wave, '{wave}')}: p50 / p99", latencies(outcome))
