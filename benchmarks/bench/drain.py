"""Rate of the processor from waiting messages to MariaDB, beside the limits of MariaDB and Spark."""

import datetime as dt
import subprocess
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext

from bench import cpu
from bench.benchmark import Benchmark
from bench.options import Options
from bench.project import ONCE, Project, older, project, running_in_turn, taken_down
from bench.results import Rows, record
from bench.tables import rates
from bench.watch import watching

LOAD, READ = "LOAD DATA LOCAL", "Kafka source, raw columns, toArrow"
PRODUCT, WHOLE = "processor", "processor, from its container's start"
GOAL, GOAL_AGAINST = 0.5, 1.8  # of the limit, of the older version
GOALS_AGAINST = {"b90cf6c": 0.94}  # the last version without summaries: they may cost 6 %
COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
    "source_row", "kafka_partition", "kafka_offset", "prediction",
)  # fmt: skip
LINES = "/tmp/lines.tsv"  # noqa: S108 - in MariaDB's container, which is the benchmark's own


def measure(options: Options) -> None:
    """Measure the product, its limits and the older version in turn."""
    new = project()
    projects = [new, older(options.against)] if options.against else [new]
    with taken_down(*projects):
        for each in projects:
            each.start_servers()
            each.fill(options.rows)
            each.pause()
        for each in running_in_turn(projects, options.rounds):
            product(each, options.rows)
            if each is new:
                limits(each, options.rows)


def product(measured: Project, messages: int) -> None:
    """Record the rows/s of the processor, from the start of its first micro-batch and of its container."""
    whole, seconds = drained(measured, messages)
    ((rate,),) = measured.sql("drained.sql")
    record("drain", PRODUCT + measured.title(), int(rate))
    record("drain", WHOLE + measured.title(), whole)
    cpu.record_cpu("drain-cpu", measured, seconds)


def drained(
    measured: Project, messages: int, *beside: str, meanwhile: AbstractContextManager[object] | None = None
) -> tuple[int, Mapping[str, float]]:
    """Let the processor drain the topic; return rows/s from its container's start, and CPU seconds by container.

    Other servers may run beside it, which start before; `meanwhile` is entered when the processor starts.
    """
    measured.empty_view()
    if beside:
        measured.servers(*beside)
    servers = ("kafka", "mariadb", *beside)
    begin = dt.datetime.now(dt.UTC).replace(tzinfo=None)
    with watching(measured.stack, *servers) as before:
        pass
    measured.stack.up("processor")
    with watching(measured.stack, *servers, "processor") as usage, meanwhile or nullcontext():
        measured.wait_for(messages)
    measured.remove("processor", *beside)
    ((whole,),) = measured.sql("drained_from.sql", begin)
    return int(whole), {name: value - before.cpu.get(name, 0.0) for name, value in usage.seconds().items()}


def limits(measured: Project, messages: int) -> None:
    """Record the limits of MariaDB and Spark for the lines that have just been drained."""
    record("drain", LOAD, loaded(measured))
    record("drain", READ, measured.program("processor", "python3", "/benchmarks/read.py", str(messages)).strip())


def loaded(measured: Project) -> str:
    """Export the lines of the tables and load them into one, in the order of the key, by the processor's client."""
    mariadb = measured.stack.container("mariadb")["Id"]
    measured.sql("lines_into_file.sql")
    measured.sql("CREATE TABLE Raw_Lines LIKE British_Online_Retail")
    password = ("--env", "MARIADB_ROOT_PASSWORD=example")
    program = ("processor", "python3", "/benchmarks/load.py", "Raw_Lines", *COLUMNS)
    with subprocess.Popen(["docker", "exec", mariadb, "cat", LINES], stdout=subprocess.PIPE) as lines:
        assert lines.stdout
        rate = measured.stack.feed(lines.stdout, *ONCE, *password, *program)
    measured.sql("DROP TABLE Raw_Lines")
    subprocess.run(["docker", "exec", mariadb, "rm", LINES], check=True)
    return rate.strip()


def table(lines: Rows) -> Rows:
    """Return the rates, with the goals."""
    before = f"{PRODUCT} of "
    old = {
        name: GOALS_AGAINST.get(name.removeprefix(before), GOAL_AGAINST)
        for name, *_ in lines
        if name.startswith(before)
    }
    return rates(lines, {LOAD: GOAL, **old})


DRAIN = Benchmark(
    "rows/s of the processor with N messages waiting, beside the limits of MariaDB and Spark",
    measure,
    {
        "drain": ("Processor: from waiting messages to MariaDB", table),
        "drain-cpu": ("CPU of a drain", cpu.table),
    },
)
