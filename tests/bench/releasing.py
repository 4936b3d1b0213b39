"""A release of a million answers, prepared while residents go on reading and answering."""

import os
import subprocess
import time

from tests.bench.load import Orders, Running
from tests.bench.report import Report
from tests.bench.served import DELAKTIG, ROOT, environment, service
from tests.bench.storing import latencies
from tests.bench.town import Town

GOAL_SECONDS, GOAL_PEAK, GOAL_P99 = 15, 300, 100


def measure_release(report: Report, town: Town, name: str) -> None:
    """`delaktig release prepare` in a child process, as the desk starts it."""
    report.heading(f"Preparing a release of 1,000,000 answers: {name}")
    path = f"/sv/survey/{town.open_wave}"
    with service(town.database_url) as served:
        calm = {"connections": 4, "pause": 0.05}
        alone = _two_loads(served.port, path, town, 3.0, calm)
        pages, answers = _loads(served.port, path, town, 12.0, calm)
        time.sleep(0.5)
        seconds, peak = _prepare(town)
        while_preparing = pages.outcome(), answers.outcome()
    report.add("time", f"{seconds:.1f} s", f"< {GOAL_SECONDS} s", seconds < GOAL_SECONDS)
    report.add("peak memory of the process that draws", f"{peak:.0f} MB", f"< {GOAL_PEAK} MB", peak < GOAL_PEAK)
    for what, quiet, busy in zip(("form page", "answer to another wave"), alone, while_preparing, strict=True):
        report.add(f"{what}, before: p50 / p99", latencies(quiet))
        good = busy.p99 < GOAL_P99
        report.add(f"{what}, meanwhile: p50 / p99", latencies(busy), f"p99 < {GOAL_P99} ms", good)


def _loads(port: int, path: str, town: Town, seconds: float, calm: dict[str, float]) -> tuple[Running, Running]:
    pages = Orders(port, path, seconds=seconds, **calm)  # type: ignore[arg-type]
    answers = Orders(port, path, town.sent, seconds=seconds, **calm)  # type: ignore[arg-type]
    return Running(pages), Running(answers)


def _two_loads(port: int, path: str, town: Town, seconds: float, calm: dict[str, float]):  # type: ignore[no-untyped-def]
    pages, answers = _loads(port, path, town, seconds, calm)
    return pages.outcome(), answers.outcome()


def _prepare(town: Town) -> tuple[float, float]:
    """Seconds and peak memory (MB) of the command. Raises RuntimeError when it fails."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*DELAKTIG, "release", "prepare", town.closed_wave],
        cwd=ROOT,
        env=environment(town.database_url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError("the release could not be prepared")
    return time.perf_counter() - begun, usage.ru_maxrss / 1024
