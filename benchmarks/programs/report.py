"""Print what was measured last, as plain or (`--markdown`) Markdown tables.

    python report.py [--markdown] [BENCHMARK …]

Reads ../results/<benchmark>.tsv: a line per figure, its name and value with a tab between them.
"""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median

RESULTS = Path(__file__).parent.parent / "results"
# The share of each limit that the product should reach.
GOALS = {"without customers": 0.80, "LOAD DATA LOCAL": 0.30, "bare send loop": 0.80}
LAST_COMMIT, SECONDS = "last commit", 60.0  # goal for the workbook of 541,909 lines
GROWTH = 1.10  # goal: a backlog five times as long needs at most a tenth more memory

# Goals of the groups: inertia over scikit-learn's best of ten starts, adjusted Rand index with planted groups.
FINAL_INERTIA, STORED_INERTIA, CUSTOMER_INERTIA = {"3": 1.05, "5": 1.10}, 1.10, 1.02
FOUND, NOT_FOUND = 0.9, 0.7

# Goals of the upkeep: the same with ever more customers, a grouping of the most of them in so many seconds.
FLAT, GROUPING = 0.20, 60.0
# Goal of a workbook with a cell far from its table: so much of the memory that it takes without.
STRAY = 1.20

# Goals of the index of ten million sales: upper limits, half of the container's memory among them.
INDEX = {
    "MB on disk": 200, "s to open it where nothing is new": 2, "s to tell what is to be streamed": 2,
    "MiB in memory at most": 1024,
}  # fmt: skip

Rows = list[list[str]]
Table = tuple[str, Rows]


def main() -> None:
    """Print the tables of those benchmarks that were run."""
    wanted = [argument for argument in sys.argv[1:] if argument != "--markdown"] or BENCHMARKS
    show = markdown if "--markdown" in sys.argv[1:] else plain
    for name, build in BENCHMARKS.items():
        if name in wanted and (RESULTS / f"{name}.tsv").exists():
            title, table = build(recorded(name))
            print(f"\n{title}\n")
            print("\n".join(show(table)))


def recorded(name: str) -> Rows:
    """Return the fields of each recorded line."""
    return [line.split("\t") for line in (RESULTS / f"{name}.tsv").read_text().splitlines()]


def rates(lines: Rows) -> Rows:
    """Return rows/s of each name, and what share of it the first one, the product, reaches."""
    values = grouped(lines)
    product, *_ = values
    head = ["rows/s", "rounds", "min", "median", "max", "the product reaches", "goal"]
    body = [[name, *spread(each, "{:,.0f}"), *share(name, values[product], each)] for name, each in values.items()]
    return [head, *([*cells[:5], "", ""] if cells[0].startswith(product) else cells for cells in body)]


def share(name: str, product: Sequence[float], limit: Sequence[float]) -> list[str]:
    """Return the product's median as a share of a limit's, and the goal, if there is one."""
    reached = median(product) / median(limit)
    return [f"{reached:.2f}", met(f">= {GOALS[name]:.2f}", reached >= GOALS[name]) if name in GOALS else ""]


def limits(lines: Rows) -> Rows:
    """Return what the index takes, and how that compares with its limits."""
    table = [["", "rounds", "min", "median", "max", "goal"]]
    for name, values in grouped(lines).items():
        goal = met(f"<= {INDEX[name]:,}", max(values) <= INDEX[name]) if name in INDEX else ""
        table.append([name, *spread(values, "{:,.2f}" if name.startswith("s ") else "{:,.0f}"), goal])
    return table


def moments(lines: Rows) -> Rows:
    """Return the time line, seconds from the start of `docker compose up`."""
    values = sorted(grouped(lines).items(), key=lambda item: median(item[1]))
    head = ["seconds after the start", "rounds", "min", "median", "max", "goal"]
    return [head, *([name, *spread(each, "{:.1f}"), deadline(name, median(each))] for name, each in values)]


def deadline(name: str, seconds: float) -> str:
    """Return the goal of the last commit."""
    return met(f"<= {SECONDS:.0f}", seconds <= SECONDS) if name == LAST_COMMIT else ""


def peaks(lines: Rows) -> Rows:
    """Return limit and peaks of each container; the ratio is that of the largest backlog's to the smaller one's."""
    limits = {name: limit for _, name, limit, _ in lines}
    sizes = list(dict.fromkeys(size for size, *_ in lines))
    peak = {(size, name): int(value) for size, name, _, value in lines}
    titles = [size if size == "workbook" else f"{int(size):,} waiting" for size in sizes]
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


def facts(lines: Rows) -> Rows:
    """Return what the tables hold at the end."""
    return [["in the tables", ""], *([name, f"{float(value):,.3f}".removesuffix(".000")] for name, value in lines)]


def line_quality(lines: Rows) -> Rows:
    """Return, by k, how far the inertia is above scikit-learn's best: of the final model and of what was stored."""
    head = ["k", "seeds", "final model, max", "goal", "as stored, median", "goal", "smallest cluster, min"]
    table = [head]
    for clusters in dict.fromkeys(line[0] for line in lines):
        own = [[float(field) for field in line[2:]] for line in lines if line[0] == clusters]
        final, stored, smallest = zip(*own, strict=True)
        goals = (
            met(f"<= {FINAL_INERTIA[clusters]:.2f}", max(final) <= FINAL_INERTIA[clusters]),
            met(f"<= {STORED_INERTIA:.2f}", median(stored) <= STORED_INERTIA),
        )
        values = f"{max(final):.3f}", f"{median(stored):.3f}", f"{min(smallest):.1%}"
        table.append([clusters, str(len(own)), values[0], goals[0], values[1], goals[1], values[2]])
    return table


def customer_quality(lines: Rows) -> Rows:
    """Return, by k, the inertia beside scikit-learn's best, and both silhouettes."""
    head = ["k", "inertia / scikit-learn's", "goal", "silhouette", "scikit-learn's"]
    goal = f"<= {CUSTOMER_INERTIA:.2f}"
    return [head, *([k, ratio, met(goal, float(ratio) <= CUSTOMER_INERTIA), *rest] for k, ratio, *rest in lines)]


def planted_quality(lines: Rows) -> Rows:
    """Return the adjusted Rand index with the planted groups, by overlap."""
    table = [["overlap", "shops", "min", "median", "goal", "raw values, max", "goal"]]
    for overlap in dict.fromkeys(line[0] for line in lines):
        own, raw = (
            list(map(float, values)) for values in zip(*(line[2:] for line in lines if line[0] == overlap), strict=True)
        )
        goals = met(f">= {FOUND:.2f}", min(own) >= FOUND), met(f"< {NOT_FOUND:.2f}", max(raw) < NOT_FOUND)
        table.append(
            [overlap, str(len(own)), f"{min(own):.3f}", f"{median(own):.3f}", goals[0], f"{max(raw):.3f}", goals[1]]
        )
    return table


def upkeep(lines: Rows) -> Rows:
    """Return seconds by the number of customers, and the last of them over the first."""
    counts = list(dict.fromkeys(count for _, count, _ in lines))
    seconds = {(name, count): float(value) for name, count, value in lines}
    table = [["seconds", *(f"{int(count):,} customers" for count in counts), "last / first", "goal"]]
    for name in dict.fromkeys(name for name, *_ in lines):
        values = [seconds[name, count] for count in counts]
        goal = ""
        if name == "upkeep of a micro-batch":
            goal = met(f"{1 - FLAT:.2f} to {1 + FLAT:.2f}", abs(values[-1] / values[0] - 1) <= FLAT)
        if name == "grouping":
            goal = met(f"<= {GROUPING:.0f} s", values[-1] <= GROUPING)
        table.append([name, *(f"{value:.3f}" for value in values), f"{values[-1] / values[0]:.2f}", goal])
    return table


def stray(lines: Rows) -> Rows:
    """Return memory and seconds by what is read, and the memory beside that of the workbook as it is, the first."""
    held = grouped([[name, held] for name, held, _ in lines])
    seconds = grouped([[name, value] for name, _, value in lines])
    plain, *_ = map(max, held.values())
    table = [["", "MiB, max", "seconds, median", "MiB / as it is", "goal"]]
    for name, values in held.items():
        ratio = max(values) / plain
        goal = met(f"<= {STRAY:.2f}", ratio <= STRAY) if name.startswith("a ") else ""
        table.append([name, f"{max(values):.0f}", f"{median(seconds[name]):.2f}", f"{ratio:.2f}", goal])
    return table


def met(goal: str, is_met: bool) -> str:
    """Return a goal with the verdict."""
    return f"{goal}: {'met' if is_met else 'missed'}"


def grouped(lines: Rows) -> Mapping[str, list[float]]:
    """Return the values of each name, names in the order of their first line."""
    values: dict[str, list[float]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(float(value))
    return values


def spread(values: Sequence[float], form: str) -> list[str]:
    """Return how many values there are, their minimum, median and maximum."""
    return [str(len(values)), *(form.format(pick(values)) for pick in (min, median, max))]


def plain(table: Rows) -> Iterable[str]:
    """Yield the lines of a table in columns of even width: texts to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for first, *others in table:
        yield "  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]).rstrip()


def markdown(table: Rows) -> Iterable[str]:
    """Yield the lines of a Markdown table."""
    head, *body = table
    rule = ["---", *["---:"] * (len(head) - 1)]
    yield from (f"| {' | '.join(cells)} |" for cells in (head, rule, *body))


BENCHMARKS: Mapping[str, Callable[[Rows], Table]] = {
    "producer": lambda lines: ("Producer: a workbook's lines into Kafka", rates(lines)),
    "index": lambda lines: ("The producer's index of ten million sales", limits(lines)),
    "drain": lambda lines: ("Processor: messages that wait in the topic into MariaDB", rates(lines)),
    "end-to-end": lambda lines: ("From `docker compose up` on empty volumes to the last line", moments(lines)),
    "facts": lambda lines: ("The facts after it", facts(lines)),
    "memory": lambda lines: ("Memory held at most", peaks(lines)),
    "quality-lines": lambda lines: ("Clusters of lines: inertia over scikit-learn's best", line_quality(lines)),
    "quality-customers": lambda lines: ("Groups of customers beside scikit-learn's", customer_quality(lines)),
    "quality-planted": lambda lines: ("Planted groups: adjusted Rand index", planted_quality(lines)),
    "upkeep": lambda lines: ("Customers kept and grouped", upkeep(lines)),
    "upkeep-drain": lambda lines: ("Drain with and without customers", rates(lines)),
    "stray": lambda lines: ("A cell far from the table: making the canonical csv", stray(lines)),
    "model": lambda lines: ("StreamingKMeans: points into the model", rates(lines)),
    "fit": lambda lines: ("Centres of customers", rates(lines)),
    "format": lambda lines: ("Records that Spark parses", rates(lines)),
}


if __name__ == "__main__":
    main()
