"""Programs a user would write instead: the same messages into the same tables on the same servers."""

from statistics import median
from typing import NamedTuple

from bench.benchmark import Benchmark
from bench.drain import PRODUCT, drained
from bench.options import Options
from bench.project import Project, project, taken_down
from bench.results import Rows, record
from bench.tables import grouped, met, spread

GOALS = (2, 3)  # multiples of the best peer: required, and aimed at


class Peer(NamedTuple):
    """A program in ../peers with its arguments, and what it lacks."""

    command: tuple[str, ...]
    leaves_out: str


PLAIN = "at least once (a crash ends in duplicate keys), no model, no customers, no validation, no rejects"
IN_PARTS = f"{PLAIN}; readers see half a batch"
PEERS = {
    "kafka-python, executemany": Peer(("kafka_python_client.py", "1"), PLAIN),
    "kafka-python, executemany, two processes": Peer(("kafka_python_client.py", "2"), PLAIN),
    "Spark, from_csv, JDBC writer": Peer(("spark_jdbc.py",), IN_PARTS),
    "Flink, Kafka source, JDBC sink": Peer(("flink_jdbc.py",), IN_PARTS),
}


def measure(options: Options) -> None:
    """Measure the product and its peers in turn."""
    measured = project()
    with taken_down(measured):
        measured.start_servers()
        measured.fill(options.rows)
        for _ in range(options.rounds):
            drained(measured, options.rows)
            ((rate,),) = measured.sql("drained.sql")
            record("peers", PRODUCT, int(rate))
            for name, peer in PEERS.items():
                record("peers", name, copied(measured, peer, options.rows))


def copied(measured: Project, peer: Peer, messages: int) -> str:
    """Let a peer copy the topic into empty tables; return its rows/s."""
    measured.empty_view()
    program, *arguments = peer.command
    rate = measured.program("peers", "python3", f"/peers/{program}", str(messages), *arguments).strip()
    ((lines,),) = measured.sql("lines.sql")
    assert lines == messages, f"{program}: {lines} of {messages} lines are in the tables"
    return rate


def table(lines: Rows) -> Rows:
    """Return the rates, the ratio of the product's to each, and what each peer lacks."""
    values = grouped(lines)
    product = median(values[PRODUCT])
    best = max(median(each) for name, each in values.items() if name != PRODUCT)
    rows = [["rows/s", "rounds", "min", "median", "max", "product / this", "goal", "lacks"]]
    for name, each in values.items():
        ratio = product / median(each)
        goal = ", ".join(met(f">= {times}", ratio >= times) for times in GOALS) if median(each) == best else ""
        shares = ["", "", ""] if name == PRODUCT else [f"{ratio:.2f}", goal, PEERS[name].leaves_out]
        rows.append([name, *spread(each, "{:,.0f}"), *shares])
    return rows


PEERS_OF_THE_PRODUCT = Benchmark(
    "rows/s beside programs with kafka-python, Spark or Flink",
    measure,
    {"peers": ("The product and its peers: from waiting messages to MariaDB", table)},
)
