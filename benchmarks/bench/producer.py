"""The producer: its rate, the size and speed of its index, the cost of a cell far from the table."""

from statistics import median

from bench.benchmark import Benchmark
from bench.options import Options
from bench.project import project, taken_down
from bench.results import Rows, record, record_lines
from bench.tables import grouped, met, rates, spread

BARE, GOAL = "bare send loop", 0.80
SALES = 10_000_000
# Goals of the index of ten million sales: upper limits, half of the container's memory among them.
INDEX = {
    "MB on disk": 200, "s to open it without news": 2, "s to find what is to be streamed": 2,
    "MiB in memory, peak": 1024,
}  # fmt: skip
STRAY = 1.20  # goal of the memory with a cell far from the table, as a multiple of that without


def measure_sending(options: Options) -> None:
    """Send by the producer's code and by a bare loop, in turn."""
    measured = project()
    with taken_down(measured):
        measured.start_servers()
        for _ in range(options.rounds):
            for name, way in (("producer", "product"), (BARE, "bare")):
                rate = measured.program("producer", "python", "/benchmarks/send.py", way, str(options.rows))
                record("producer", name, rate.strip())


def measure_index(options: Options) -> None:
    """Fill an index and query it; needs no server."""
    measured = project()
    with taken_down(measured):
        index = ("producer", "python", "/benchmarks/index.py")
        record_lines("index", measured.program(*index, "fill", str(SALES)))
        for _ in range(options.rounds):
            record_lines("index", measured.program(*index, "ask"))


def measure_stray(options: Options) -> None:
    """Read workbooks; needs no server, and an .xlsx."""
    measured = project()
    with taken_down(measured):
        for _ in range(options.rounds):
            record_lines("stray", measured.program("producer", "python", "/benchmarks/stray.py"))


def limits(lines: Rows) -> Rows:
    """Return the figures of the index, and their goals."""
    table = [["", "rounds", "min", "median", "max", "goal"]]
    for name, values in grouped(lines).items():
        goal = met(f"<= {INDEX[name]:,}", max(values) <= INDEX[name]) if name in INDEX else ""
        table.append([name, *spread(values, "{:,.2f}" if name.startswith("s ") else "{:,.0f}"), goal])
    return table


def stray(lines: Rows) -> Rows:
    """Return memory and seconds of each workbook, and the ratio to the memory of the first, unchanged one."""
    held = grouped([[name, held] for name, held, _ in lines])
    seconds = grouped([[name, value] for name, _, value in lines])
    plain, *_ = map(max, held.values())
    table = [["", "MiB, max", "seconds, median", "MiB / as it is", "goal"]]
    for name, values in held.items():
        ratio = max(values) / plain
        goal = met(f"<= {STRAY:.2f}", ratio <= STRAY) if name.startswith("a ") else ""
        table.append([name, f"{max(values):.0f}", f"{median(seconds[name]):.2f}", f"{ratio:.2f}", goal])
    return table


PRODUCER = Benchmark(
    "rows/s of the producer against the Kafka client's bare send loop",
    measure_sending,
    {"producer": ("Producer: a workbook's lines into Kafka", lambda lines: rates(lines, {BARE: GOAL}))},
)
INDEX_OF_SALES = Benchmark(
    "size and speed of the producer's index of ten million sales",
    measure_index,
    {"index": ("The producer's index of ten million sales", limits)},
)
STRAY_CELLS = Benchmark(
    "memory and seconds to read the workbook with a cell far from its table; needs an .xlsx",
    measure_stray,
    {"stray": ("A cell far from the table: making the canonical csv", stray)},
)
