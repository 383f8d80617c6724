"""The cost of customers: updates beside more and more of them, grouping, and in the drain."""

import csv

from bench.benchmark import Benchmark
from bench.drain import drained
from bench.options import Options
from bench.project import Project, project, running_in_turn, taken_down
from bench.results import RESULTS, Rows, note, record, record_lines
from bench.tables import met, rates

CUSTOMERS = (10_000, 100_000, 1_000_000)
FLAT, GROUPING = 0.20, 60.0  # goals: constant with more customers, seconds of the largest grouping
WITH, WITHOUT, GOAL = "with customers", "the same lines without customers", 0.80
NOBODY = RESULTS / "nobody"
CUSTOMER = 7  # the column


def measure(options: Options) -> None:
    """Update and group more and more customers; then drain lines with and without customers in turn."""
    somebody = project()
    with taken_down(somebody):
        measure_upkeep(somebody)
        write_nobody(somebody.program("producer", "python", "/benchmarks/lines.py"))
    nobody = project("nobody", DATA_DIR=str(NOBODY), WORKBOOK="nobody.csv")
    with taken_down(somebody, nobody):
        for each in (somebody, nobody):
            each.start_servers()
            each.fill(options.rows)
            each.pause()
        for each in running_in_turn((somebody, nobody), options.rounds):
            drained(each, options.rows)
            ((rate,),) = each.sql("drained.sql")
            record("upkeep-drain", WITH if each is somebody else WITHOUT, int(rate))


def measure_upkeep(measured: Project) -> None:
    """Create customers and let a program update and group them, as the processor does."""
    measured.start_servers()
    for count in CUSTOMERS:
        measured.empty_view()
        note(f"{count:,} customers: creating them")
        for file in ("customer_sales.sql", "customer_invoices.sql"):
            measured.sql(file, count)
        measured.sql("UPDATE Stream_State SET newest_sale = '2011-12-09 12:50:00', last_batch = 1")
        record_lines("upkeep", measured.program("processor", "python3", "/benchmarks/upkeep.py", str(count)))


def write_nobody(canonical: str) -> None:
    """Write a workbook of the same lines without customers."""
    NOBODY.mkdir(exist_ok=True)
    head = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
    with (NOBODY / "nobody.csv").open("w", encoding="utf-8", newline="") as file:
        file.write(f"{head}\n")
        writer = csv.writer(file)
        for _row, *fields in csv.reader(canonical.splitlines(keepends=True)):
            writer.writerow([*fields[: CUSTOMER - 1], "", *fields[CUSTOMER:]])


def upkeep(lines: Rows) -> Rows:
    """Return seconds by the number of customers, and the ratio of the last to the first."""
    counts = list(dict.fromkeys(count for _, count, _ in lines))
    seconds = {(name, count): float(value) for name, count, value in lines}
    table = [["seconds", *(f"{int(count):,} customers" for count in counts), "last / first", "goal"]]
    for name in dict.fromkeys(name for name, *_ in lines):
        values = [seconds[name, count] for count in counts]
        growth = values[-1] / values[0]
        table.append([name, *(f"{value:.3f}" for value in values), f"{growth:.2f}", goal(name, values[-1], growth)])
    return table


def goal(name: str, seconds: float, growth: float) -> str:
    """Return the goal of a line."""
    goals = {
        "upkeep of a micro-batch": met(f"{1 - FLAT:.2f} to {1 + FLAT:.2f}", abs(growth - 1) <= FLAT),
        "grouping": met(f"<= {GROUPING:.0f} s", seconds <= GROUPING),
    }
    return goals.get(name, "")


UPKEEP = Benchmark(
    "the cost of updating customers, and of grouping many of them",
    measure,
    {
        "upkeep": ("Customers: updates and groupings", upkeep),
        "upkeep-drain": ("Drain with and without customers", lambda lines: rates(lines, {WITHOUT: GOAL})),
    },
)
