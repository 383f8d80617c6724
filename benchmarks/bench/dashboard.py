"""What looking costs: the time of each page, and the drain with and without viewers."""

from statistics import median

import numpy as np

from bench import cpu, page_times
from bench.benchmark import Benchmark
from bench.drain import drained
from bench.options import Options
from bench.project import PATIENCE, Project, in_turn, project, taken_down
from bench.results import Rows, record
from bench.tables import grouped, spread
from bench.tabs import CHART_KIND, PAGE_KIND, Answer, Viewers
from harness.pages import PAGES, existing
from harness.stack import wait_until

DASHBOARD = "dashboard"
WITHOUT = "without dashboard"
VIEWERS = {WITHOUT: 0, "0 viewers": 0, "1 viewer": 1, "10 viewers": 10, "50 viewers": 50}


def measure(options: Options) -> None:
    """Time the pages on two sizes of the view, then drain with more and more viewers."""
    measured = project()
    with taken_down(measured):
        measured.start_servers()
        rows = int(measured.program("producer", "python", "/benchmarks/rows.py"))
        for times in dict.fromkeys((1, options.times)):
            measure_pages(measured, rows * times)
    with taken_down(measured):
        measured.start_servers()
        measured.fill(options.rows)
        for name in in_turn([*VIEWERS], options.rounds):
            measure_drain(measured, options.rows, name)


def measure_pages(measured: Project, rows: int) -> None:
    """Let the processor bring the view to this many lines, and time the pages when nothing changes any more."""
    lines = measured.fill(rows)
    measured.stack.up("processor")
    measured.wait_for(lines)
    wait_until(lambda: is_grouped(measured), PATIENCE)
    measured.remove("processor")
    measured.servers(DASHBOARD)
    page_times.measure(measured.stack, lines)
    measured.remove(DASHBOARD)


def is_grouped(measured: Project) -> None:
    """Check that all customers are in groups, and that the groups have products."""
    assert measured.sql("grouped.sql"), f"the customers are not grouped after {PATIENCE} s"


def measure_drain(measured: Project, messages: int, name: str) -> None:
    """Record the drain's rate, CPU and the viewers' requests."""
    servers = () if name == WITHOUT else (DASHBOARD,)
    # Those that need no group and no customer: the view is empty at first.
    here = existing()
    pages = [page.path for page in PAGES if page.path in here and not page.example]
    viewers = Viewers(page_times.home(measured.stack), pages, VIEWERS[name])
    _, seconds = drained(measured, messages, *servers, meanwhile=viewers)
    ((rate,),) = measured.sql("drained.sql")
    record("dashboard-drain", name, int(rate))
    # The tabs take the same cores, though no container of the stack.
    parts = {**seconds, "the viewers": viewers.cpu} if viewers.count else seconds
    for part, used in sorted(parts.items()):
        record("dashboard-cpu", name, part, f"{used:.1f}")
    for kind in (PAGE_KIND, CHART_KIND):
        if answers := [one for one in viewers.answers if one.kind == kind]:
            record_requests(name, kind, answers)


def record_requests(name: str, kind: str, answers: list[Answer]) -> None:
    """Add how many requests there were, of these failed and unchanged ones, and p50 and p99 of all in ms."""
    failed = sum(one.is_failed for one in answers)
    unchanged = sum(one.is_unchanged for one in answers)
    p50, p99 = np.percentile([1000 * one.seconds for one in answers], (50, 99))
    record("dashboard-requests", name, kind, len(answers), failed, unchanged, f"{p50:.1f}", f"{p99:.1f}")


def drains(lines: Rows) -> Rows:
    """Return the drain's rates, and their ratio to that without a dashboard."""
    values = grouped(lines)
    base = median(values[WITHOUT])
    head = ["rows/s of the drain", "rounds", "min", "median", "max", f"this / {WITHOUT}"]
    body = [[name, *spread(each, "{:,.0f}"), f"{median(each) / base:.2f}"] for name, each in values.items()]
    return [head, *body]


def requests(lines: Rows) -> Rows:
    """Return the requests of all rounds, the median p50 and the greatest p99 of a round."""
    table = [["while a drain runs", "of", "requests", "failed", "304", "p50, ms", "greatest p99, ms"]]
    for place in dict.fromkeys((name, kind) for name, kind, *_ in lines):
        counts, times = zip(*((one[2:5], one[5:]) for one in lines if tuple(one[:2]) == place), strict=True)
        sums = [f"{sum(map(int, column)):,}" for column in zip(*counts, strict=True)]
        p50, p99 = ([float(value) for value in column] for column in zip(*times, strict=True))
        table.append([*place, *sums, f"{median(p50):.1f}", f"{max(p99):.1f}"])
    return table


DASHBOARD_PAGES = Benchmark(
    "ms of each page with the workbook's lines and --times as many; the drain with 0, 1, 10 and 50 viewers",
    measure,
    {
        page_times.KIND: ("Pages and charts: ms after a change of the view, and unchanged", page_times.table),
        "dashboard-drain": ("Drain with viewers of the dashboard", drains),
        "dashboard-cpu": ("CPU of a drain with viewers of the dashboard", cpu.table),
        "dashboard-requests": ("Requests of the viewers", requests),
    },
)
