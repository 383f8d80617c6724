"""Latency of a line from Kafka to the table, at 1,000 lines/s with Spark warm."""

from bench.benchmark import Benchmark
from bench.options import Options
from bench.project import project, taken_down
from bench.results import RESULTS, Rows, record
from bench.tables import met
from soak import workload

RATE = 1_000  # lines/s
WARM_UP, SECONDS = 30, 120
P99, GOAL = "p99, slowest micro-batch", 2.5


def measure(_: Options) -> None:
    """Stream a workbook for the whole time, and evaluate the micro-batches after the warm-up."""
    folder, lines = RESULTS / "latency", RATE * (WARM_UP + SECONDS)
    folder.mkdir(exist_ok=True)
    workload.write(folder / "latency.csv", workload.Repeated(lines))
    measured = project(DATA_DIR=str(folder), WORKBOOK="latency.csv", ROWS_PER_SECOND=str(RATE))
    with taken_down(measured):
        measured.stack.down()
        measured.stack.up()
        measured.wait_for(lines)
        ((batches, read, p50, p99, slowest),) = measured.sql("latency.sql", WARM_UP)
    record("latency", "micro-batches", batches)
    record("latency", "lines", read)
    record("latency", "p50, median of micro-batches", p50)
    record("latency", "p99, median of micro-batches", p99)
    record("latency", P99, slowest)


def table(lines: Rows) -> Rows:
    """Return the figures; the p99 of all lines lies between the last two."""
    body = [[name, value, met(f"<= {GOAL} s", float(value) <= GOAL) if name == P99 else ""] for name, value in lines]
    return [["Kafka to commit, s", "", "goal"], *body]


LATENCY = Benchmark(
    "seconds from Kafka to the table at 1,000 lines/s with Spark warm: p50 and p99",
    measure,
    {"latency": (f"Line to table at {RATE:,} lines/s, without the first {WARM_UP} s", table)},
)
