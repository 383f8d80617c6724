"""The oracle compares the topic with the tables, message by message.

It has its own implementation of the contract (`contracts/reference.py`) and of the stream's rules, and shares no code
with the services. The topic is the source of truth: any difference in the tables is an error.
"""

from typing import TYPE_CHECKING, NamedTuple

from oracle.comparison import Comparison, joined
from oracle.customers import Customers
from oracle.expectation import Stream
from oracle.findings import Findings
from oracle.model import Points
from oracle.reconciliation import Reconciliation
from oracle.runs import Runs, Sales
from oracle.snapshot import Snapshot
from oracle.topic import Topic, opened
from oracle.view import snapshot

if TYPE_CHECKING:
    import pymysql
    from pymysql.cursors import Cursor


class Verdict(NamedTuple):
    """What the oracle found.

    compared: messages that are in a table. lost: messages in no table, and sales of the workbooks in no message.
    doubled: messages, rows or sales that are in the tables more than once. wrong: the findings, as texts. checksum,
    view_checksum: SHA-256 over all fields, of the topic and of the tables.
    """

    compared: int
    lost: int
    doubled: int
    wrong: tuple[str, ...]
    checksum: str
    view_checksum: str


def judge(
    kafka: str,
    connection: "pymysql.Connection[Cursor]",
    *,
    sales: Sales | None = None,
    decay: float = 1.0,
    has_grown: bool = False,
) -> Verdict:
    """Compare the topic with the view; unread messages count as lost, so the stream must have caught up.

    `sales` are those of each run to compare with its workbooks; a sale in several of them counts once. Weights are
    checked if `decay` is 1, and an invoice's partition unless the topic `has_grown`.
    """
    with opened(kafka) as topic, snapshot(connection) as view:
        return examine(topic, view, sales=sales, decay=decay, has_grown=has_grown)


def examine(
    topic: Topic, view: Snapshot, *, sales: Sales | None = None, decay: float = 1.0, has_grown: bool = False
) -> Verdict:
    """Return the verdict on a topic and a view, both read in the order of partition and offset."""
    findings = Findings()
    stream = Stream(view.resent, view.erased)
    comparison, reconciliation = Comparison(findings), Reconciliation(view, findings)
    runs = Runs(sales or {}, findings, has_grown=has_grown)
    points, customers = Points(findings), Customers(findings)
    for wanted, found in joined(map(stream.expect, topic.messages), view.rows):
        comparison.take(wanted, found)
        if wanted is not None:
            runs.take(wanted)
            customers.date(wanted)
        for row in found:
            points.take(row, reconciliation.take(row))
            customers.take(row)
    reconciliation.close(topic.begins)
    reconciliation.compare_progress(stream)
    points.check_predictions(view)
    customers.check(view)
    for table, rows in view.unlike.items():
        for side, *values in rows:
            findings.add(f"wrong {table}", f"{table}: {side} alone is {values}")
    if decay == 1:
        points.check_weights(view, reconciliation.british)
    lost, doubled = runs.close()
    checksums = comparison.close()
    return Verdict(
        comparison.compared, comparison.lost + lost, comparison.doubled + doubled, findings.texts(), *checksums
    )
