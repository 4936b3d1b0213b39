"""How fast answers are stored, with how much memory, and whether what is stored already slows it down."""

from tests.bench.load import Orders, Outcome, drive
from tests.bench.report import Report
from tests.bench.served import Served, bare_handler, service
from tests.bench.town import Town, fill

SECONDS = 4.0
# A calm load, to see latency rather than a queue: 8 connections, each resting between two answers.
CALM = {"connections": 8, "pause": 0.04}
GOAL_RATE, GOAL_RATIO, GOAL_MEMORY = 1000, 0.04, 60


def bare_rate(town: Town) -> float:
    """Requests per second of the handler that does nothing, with the same bodies."""
    with bare_handler() as served:
        return drive(Orders(served.port, "/nothing", town.sent, seconds=SECONDS / 2)).per_second


def store(served: Served, town: Town, **options: float) -> Outcome:
    """Answers posted as JSON. Raises RuntimeError unless every one of them was stored."""
    path = f"/sv/survey/{town.open_wave}"
    outcome = drive(Orders(served.port, path, town.sent, **{"seconds": SECONDS, **options}))  # type: ignore[arg-type]
    if set(outcome.statuses) != {"201"}:
        raise RuntimeError(f"not everything was stored: {outcome.statuses}")
    return outcome


def latencies(outcome: Outcome) -> str:
    return f"{outcome.p50:.1f} / {outcome.p99:.1f} ms"


def measure_storing(report: Report, town: Town, name: str) -> None:
    """The rate beside the bare handler's, measured around it, because others use the machine too."""
    report.heading(f"Storing answers: {name}, JSON, 32 connections")
    before = bare_rate(town)
    with service(town.database_url) as served:
        store(served, town, connections=2, seconds=0.5)
        idle, used = served.memory(), served.processor_seconds()
        outcome = store(served, town)
        busy = (served.processor_seconds() - used) / (outcome.per_second * SECONDS) * 1000
        grown = served.peak() - idle
    bare = (before + bare_rate(town)) / 2
    report.add("bare handler that answers 204, per second", f"{bare:,.0f}")
    report.add("stored per second", f"{outcome.per_second:,.0f}", f"≥ {GOAL_RATE:,}", outcome.per_second >= GOAL_RATE)
    ratio = outcome.per_second / bare
    report.add("ratio to the bare handler", f"{ratio:.3f}", f"≥ {GOAL_RATIO} (reach: 0.15)", ratio >= GOAL_RATIO)
    report.add("p50 / p99", latencies(outcome))
    report.add("processor time per answer", f"{busy:.2f} ms")
    report.add("memory above idle", f"{grown:.0f} MB", f"≤ {GOAL_MEMORY} MB", grown <= GOAL_MEMORY)


def measure_growth(report: Report, town: Town) -> None:
    """Latency with ever more answers in the table; the town keeps them for what comes next."""
    report.heading("Storing answers: SQLite, by how many are stored already (calm load; then 32 connections)")
    filled, shares = 0, []
    for size in (0, 100_000, 1_000_000):
        fill(town, size - filled)
        filled = size
        bare = bare_rate(town)
        with service(town.database_url) as served:
            store(served, town, connections=2, seconds=0.5)
            calm = store(served, town, **CALM)
            full = store(served, town)
        shares.append(full.per_second / bare)
        report.add(f"{size:>9,} stored: p50 / p99", latencies(calm))
        report.add(f"{size:>9,} stored: per second (ratio to bare)", f"{full.per_second:,.0f} ({shares[-1]:.3f})")
    kept = shares[-1] / shares[0]
    report.add("ratio at a million beside that at none", f"{kept:.2f}", "≥ 0.5", kept >= 0.5)
