"""Peak memory of each container while a workbook is sent, and while messages are drained."""

from collections.abc import Sequence

from bench.benchmark import Benchmark
from bench.end_to_end import wait_for_producer
from bench.options import Options
from bench.project import project, taken_down
from bench.results import Rows, record
from bench.tables import met
from bench.watch import Usage, watching
from harness.cgroups import MIB

SENT = "workbook"
GROWTH = 1.10  # goal: a backlog of five times the size needs at most a tenth more memory


def measure(options: Options) -> None:
    """Watch the producer send its workbook, then two drains."""
    measured = project()
    with taken_down(measured):
        measured.start_servers()
        measured.servers("adminer")
        measured.stack.up("producer")
        with watching(measured.stack, "producer") as usage:
            wait_for_producer(measured)
        record_peaks(SENT, usage)
        for waiting in (options.rows // 5, options.rows):
            messages = measured.fill(waiting)
            measured.stack.up("processor")
            with watching(measured.stack, "kafka", "mariadb", "adminer", "processor") as usage:
                measured.wait_for(messages)
            record_peaks(str(messages), usage)
            measured.empty_view()


def record_peaks(waiting: str, usage: Usage) -> None:
    """Add limit and peak of each container, MiB."""
    for name, peak in usage.peaks.items():
        record("memory", waiting, name, usage.limits[name], round(peak / MIB))


def table(lines: Rows) -> Rows:
    """Return limit and peaks of each container; the ratio is that of the larger backlog's peak to the smaller one's."""
    limits = {name: limit for _, name, limit, _ in lines}
    sizes = list(dict.fromkeys(size for size, *_ in lines))
    peak = {(size, name): int(value) for size, name, _, value in lines}
    titles = [size if size == SENT else f"{int(size):,} waiting" for size in sizes]
    body = [[name, limits[name], *growth(name, [peak.get((size, name)) for size in sizes])] for name in limits]
    return [["MiB", "limit", *titles, "ratio", "goal"], *body]


def growth(name: str, values: Sequence[int | None]) -> list[str]:
    """Return a container's peaks, their ratio, and the processor's goal."""
    small, large = values[-2:]
    texts = ["" if value is None else str(value) for value in values]
    if not small or not large:
        return [*texts, "", ""]
    ratio = large / small
    return [*texts, f"{ratio:.2f}", met(f"<= {GROWTH:.2f}", ratio <= GROWTH) if name == "processor" else ""]


MEMORY = Benchmark(
    "peak memory of each container while N/5 and N messages are drained",
    measure,
    {"memory": ("Peak memory", table)},
)
