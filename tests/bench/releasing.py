"""A release of a million answers, prepared while residents go on reading and answering."""

import os
import resource
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

from backend.apart import NICENESS
from tests.bench.load import Orders, Running
from tests.bench.report import Report
from tests.bench.served import DELAKTIG, ROOT, environment, memory, service
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
        prepared = _prepare(town)
        while_preparing = pages.outcome(), answers.outcome()
    good = prepared.seconds < GOAL_SECONDS
    report.add("time", f"{prepared.seconds:.1f} s", f"< {GOAL_SECONDS} s", good)
    report.add("processor time", f"{prepared.processor:.1f} s")
    good = prepared.peak < GOAL_PEAK
    report.add(
        "peak memory of the processes that count and draw", f"{prepared.peak:.0f} MB", f"< {GOAL_PEAK} MB", good
    )
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


class Prepared(NamedTuple):
    """What the command took: seconds, seconds of processor time, peak memory in MB."""

    seconds: float
    processor: float
    peak: float


def _prepare(town: Town) -> Prepared:
    """Runs the command, which counts with a second process. Raises RuntimeError when it fails."""
    begun, used, peak = time.perf_counter(), _children(), 0.0
    process = subprocess.Popen(
        [*DELAKTIG, "release", "prepare", town.closed_wave],
        cwd=ROOT,
        env=environment(town.database_url),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.setpriority(os.PRIO_PROCESS, process.pid, NICENESS)
    # Looked up while it runs: what the kernel tells at the end includes the parent's memory before the exec.
    while process.poll() is None:
        peak = max(peak, sum(memory(pid, "VmRSS") for pid in (process.pid, *_children_of(process.pid))))
        time.sleep(0.05)
    if process.returncode != 0:
        raise RuntimeError("the release could not be prepared")
    return Prepared(time.perf_counter() - begun, _children() - used, peak)


def _children_of(pid: int) -> list[int]:
    """The processes that a process has started; none when it has just ended."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def _children() -> float:
    """Processor time of all children that have ended, in seconds."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
