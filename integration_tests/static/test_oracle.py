"""The oracle can fail: each way in which a view or a topic may be wrong, and the oracle's finding."""

import datetime as dt
import hashlib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pytest

from contracts.reference import Line, Place
from oracle import Verdict, examine
from oracle.snapshot import BRITISH, OTHER, REJECTED, Batch, Customer, Generation, Row, Snapshot, Span, moment
from oracle.topic import Message, Topic

SOURCE, RUN = "ab" * 8, 1
PREFIX = f",2,{SOURCE},{RUN},".encode()
NOON = dt.datetime(2011, 12, 9, 12)  # noqa: DTZ001
SENT = 1_323_432_000_123

LINES = {
    1: Line("100", "A", "LAMP", 1, NOON, Decimal("1.000"), "17850", "United Kingdom"),
    2: Line("200", "B", None, 50, NOON, Decimal("9.000"), None, "United Kingdom"),
    3: Line("100", "C", "x", 2, NOON, Decimal("1.500"), "17850", "United Kingdom"),
    4: Line("300", "D", 'a "b"', -1, NOON, Decimal("0.001"), "12345", "France"),
    5: Line("200", "E", "y", 60, NOON, Decimal("8.000"), "17850", "United Kingdom"),
}
BAD = PREFIX + b"6,100,F,z,abc,2011-12-09 12:00:00,1,1,France"


def record(row: int, prefix: bytes = PREFIX) -> bytes:
    """Return the record of a row as the source's messages have it."""
    line = LINES[row]
    texts = (line.InvoiceNo, line.StockCode, line.Description or "", str(line.Quantity), str(line.InvoiceDate))
    quoted = ['"' + text.replace('"', '""') + '"' if '"' in text else text for text in texts]
    fields = [str(row), *quoted, str(line.UnitPrice), line.CustomerID or "", line.Country]
    return prefix + ",".join(fields).encode()


def message(place: Place, value: bytes) -> Message:
    """Return a message of the source."""
    return Message(place, SENT, value.split(b",")[5], value)


def stored(place: Place, row: int, prediction: int | None = None) -> Row:
    """Return a line as a row of its table."""
    return Row(place, (OTHER if prediction is None else BRITISH, row, *LINES[row][:8]), prediction)


def rejected(place: Place, value: bytes | None, reason: str) -> Row:
    """Return a message as a row of the table of rejects."""
    return Row(place, (REJECTED, moment(SENT), value), reason)


def model(generation: int, batch: int, *weights: float) -> Generation:
    """Return a model of two raw centres: few cheap pieces, and many expensive ones."""
    return Generation(
        generation, batch, "raw", np.array([[1.5, 1.25], [55.0, 8.5]]), np.array(weights, dtype=np.float64)
    )


@dataclass(frozen=True)
class Stack:
    """A topic of two partitions and a correct view: two micro-batches, a reject, a repetition."""

    messages: tuple[Message, ...] = (
        message((0, 0), record(1)),
        message((0, 1), record(3)),
        message((0, 2), BAD),
        message((1, 0), record(2)),
        message((1, 1), record(4)),
        message((1, 2), record(2)),
        message((1, 3), record(5)),
    )
    rows: tuple[Row, ...] = (
        stored((0, 0), 1, 0),
        stored((0, 1), 3, 0),
        rejected((0, 2), BAD, "Quantity 'abc' is not a whole number"),
        stored((1, 0), 2, 1),
        stored((1, 1), 4),
        rejected((1, 2), None, "already received"),
        stored((1, 3), 5, 1),
    )
    sales: dict[int, list[Line]] = field(default_factory=lambda: {RUN: [*LINES.values()]})
    batches: tuple[Batch, ...] = (Batch(1, 3, 2, 1, 0, 0, 1), Batch(2, 4, 2, 0, 2, 1, 2))
    spans: tuple[Span, ...] = (Span(1, 0, 0, 1), Span(2, 0, 1, 3), Span(1, 1, 0, 2), Span(2, 1, 2, 4))
    view: dict[str, Any] = field(default_factory=lambda: {
        "progress": {0: (0, 3), 1: (0, 4)},
        "received": {(SOURCE, RUN, 0): 3, (SOURCE, RUN, 1): 5},
        "generations": [model(0, 1, 0, 0), model(1, 1, 1, 1), model(2, 2, 2, 2)],
        "state": (2, 2),
    })  # fmt: skip
    begins: dict[int, int] = field(default_factory=lambda: {0: 0, 1: 0})

    def judge(self, **options: Any) -> Verdict:
        """Return the oracle's verdict."""
        snapshot = Snapshot(self.rows, self.batches, self.spans, **self.view)
        topic = Topic(self.begins, iter(self.messages))
        return examine(topic, snapshot, sales=self.sales, **options)

    def of(self, **view: Any) -> "Stack":
        """Return the stack with another view."""
        return replace(self, view=self.view | view)

    def with_row(self, *rows: Row) -> "Stack":
        """Return the stack with other rows at the places of these."""
        others = [row for row in self.rows if row.place not in {row.place for row in rows}]
        return replace(self, rows=tuple(sorted([*others, *rows], key=lambda row: row.place)))

    def without_row(self, place: Place) -> "Stack":
        """Return the stack without the rows at a place."""
        return replace(self, rows=tuple(row for row in self.rows if row.place != place))

    def with_message(self, *messages: Message) -> "Stack":
        """Return the stack with other messages at the places of these."""
        places = {message.place: message for message in self.messages} | {
            message.place: message for message in messages
        }
        return replace(self, messages=tuple(places[place] for place in sorted(places)))


RIGHT = Stack()


def altered(place: Place, **columns: Any) -> Stack:
    """Return the stack with some columns of a line altered in its table."""
    (row,) = (row for row in RIGHT.rows if row.place == place)
    line = Line(*row.content[2:])._replace(**columns)
    return RIGHT.with_row(row._replace(content=(*row.content[:2], *line[:8])))


def test_a_correct_stack_has_no_findings() -> None:
    """Every message is compared, with the same checksum on both sides."""
    verdict = RIGHT.judge()
    assert verdict.wrong == ()
    assert verdict[:3] == (7, 0, 0)
    assert verdict.checksum == verdict.view_checksum


class Case(NamedTuple):
    """A manipulated stack, the oracle's finding, and how much is lost or doubled."""

    stack: Stack
    finding: str
    lost: int = 0
    doubled: int = 0


TAMPERED = {
    "a lost line": Case(RIGHT.without_row((1, 1)), "1:1 of the topic is in no table: lost", lost=1),
    "a lost reject": Case(RIGHT.without_row((0, 2)), "0:2 of the topic is in no table: lost", lost=1),
    "a message after the view's end": Case(
        RIGHT.with_message(message((0, 3), BAD)), "0:3 of the topic is in no table", lost=1
    ),
    "a line without a message": Case(
        RIGHT.with_row(stored((0, 7), 3, 0)), f"{BRITISH} 0:7 is not a place of the topic"
    ),
    "a line in two tables": Case(
        RIGHT.with_row(stored((1, 1), 4), rejected((1, 1), record(4), "odd")),
        f"1:1 is in {OTHER} and {REJECTED}",
        doubled=1,
    ),
    "a repetition that was taken": Case(RIGHT.with_row(stored((1, 2), 2, 1)), "1:2 repeats a row", doubled=1),
    "an altered description": Case(altered((0, 0), Description="LAMP "), "Description is 'LAMP ', in the topic 'LAMP'"),
    "an altered quantity": Case(altered((0, 0), Quantity=2), "Quantity is 2, in the topic 1"),
    "a price cut short": Case(altered((1, 1), UnitPrice=Decimal("0.000")), "UnitPrice is Decimal('0.000')"),
    "a date an hour off": Case(altered((1, 1), InvoiceDate=NOON.replace(hour=13)), "InvoiceDate is"),
    "a missing text made empty": Case(altered((1, 0), Description=""), "Description is '', in the topic None"),
    "a row number that is wrong": Case(
        RIGHT.with_row(stored((1, 1), 4)._replace(content=(OTHER, 5, *LINES[4][:8]))), "source_row is 5"
    ),
    "a British line among the others": Case(RIGHT.with_row(stored((0, 0), 1)), f"{OTHER} 0:0 belongs in {BRITISH}"),
    "a good line that was rejected": Case(
        RIGHT.with_row(rejected((1, 1), record(4), "odd")), f"{REJECTED} 1:1 belongs in {OTHER}"
    ),
    "a bad line that was taken": Case(RIGHT.with_row(stored((0, 2), 4)), f"0:2 belongs in {REJECTED}"),
    "a reject whose bytes are altered": Case(RIGHT.with_row(rejected((0, 2), BAD[:-1], "odd")), "message is b',2,ab"),
    "a reject whose bytes are gone": Case(RIGHT.with_row(rejected((0, 2), None, "odd")), "message is None"),
    "a reject without a reason": Case(RIGHT.with_row(rejected((0, 2), BAD, "")), "0:2 has no reason"),
    "a reject at another time": Case(
        RIGHT.with_row(Row((0, 2), (REJECTED, moment(SENT + 1), BAD), "odd")), "kafka_timestamp is"
    ),
    "a repetition under another reason": Case(
        RIGHT.with_row(rejected((1, 2), None, "odd")), "must be rejected as already received, its reason is 'odd'"
    ),
    "a reject called a repetition": Case(RIGHT.with_row(rejected((0, 2), BAD, "already received")), "must be rejected"),
    "a wrong prediction": Case(RIGHT.with_row(stored((1, 3), 5, 0)), f"{BRITISH} 1:3: prediction 0 is not the nearest"),
    "a prediction without a cluster": Case(RIGHT.with_row(stored((1, 3), 5, 2)), "prediction 2 is not the nearest"),
    "a wrong weight": Case(
        RIGHT.of(generations=[model(0, 1, 0, 0), model(1, 1, 1, 1), model(2, 2, 2, 3)]),
        "the weights of generation 2 are 5.0, for 4 British lines",
    ),
    "a wrong weight of an older model": Case(
        RIGHT.of(generations=[model(0, 1, 0, 0), model(1, 1, 1, 2), model(2, 2, 2, 2)]),
        "the weights of generation 1 are 3.0, for 2 British lines",
    ),
    "a model that is gone": Case(
        RIGHT.of(generations=[model(0, 1, 0, 0), model(1, 1, 1, 1)], state=(2, 1)), "2 lines of batch 2 have no model"
    ),
    "a newer model than the stream's state": Case(RIGHT.of(state=(2, 1)), "Stream_State is at generation 1"),
    "an uneven Reconciliation": Case(
        RIGHT.of(differences={"0": 1}), "Reconciliation: partition 0 has a difference of 1"
    ),
    "a micro-batch that counts wrong": Case(
        replace(RIGHT, batches=(Batch(1, 3, 1, 2, 0, 0, 1), RIGHT.batches[1])),
        "Batch_Log has [3, 1, 2, 0, 0] for batch 1",
    ),
    "repetitions that are not counted": Case(
        replace(RIGHT, batches=(RIGHT.batches[0], Batch(2, 4, 2, 0, 2, 0, 2))),
        "Batch_Log has [4, 2, 0, 2, 0] for batch 2",
    ),
    "a micro-batch that the log leaves out": Case(replace(RIGHT, batches=RIGHT.batches[:1]), "have different batches"),
    "a gap between micro-batches": Case(
        replace(RIGHT, spans=(Span(1, 0, 0, 1), Span(2, 0, 2, 3), *RIGHT.spans[2:])),
        "partition 0: Batch_Offsets end at 1 and continue at 2",
    ),
    "micro-batches that overlap": Case(
        replace(RIGHT, spans=(Span(1, 0, 0, 2), Span(2, 0, 1, 3), *RIGHT.spans[2:])),
        "partition 0: Batch_Offsets end at 2 and continue at 1",
    ),
    "micro-batches in a wrong order": Case(
        replace(RIGHT, spans=(Span(2, 0, 0, 1), Span(1, 0, 1, 3), *RIGHT.spans[2:])),
        "partition 0: a later micro-batch holds earlier messages",
    ),
    "progress that is ahead": Case(
        RIGHT.of(progress={0: (0, 4), 1: (0, 4)}), "partition 0: Batch_Offsets end at 3 and continue at 4"
    ),
    "a topic that was cut off": Case(replace(RIGHT, begins={0: 1, 1: 0}), "the view starts at 0, the topic at 1"),
    "a source that is not known": Case(RIGHT.of(received={(SOURCE, RUN, 1): 5}), "has None, by the topic it is 3"),
    "a sale that was never sent": Case(
        replace(RIGHT, sales={RUN: [*LINES.values(), LINES[5]._replace(Quantity=61)]}),
        "1 sales of run 1 are lost: 200,E,y,61,2011-12-09 12:00:00,8.000,17850,United Kingdom",
        lost=1,
    ),
    "one of two equal sales that was never sent": Case(
        replace(RIGHT, sales={RUN: [*LINES.values(), LINES[4]]}), "1 sales of run 1 are lost: 300,D", lost=1
    ),
    "a run that was never sent": Case(
        replace(RIGHT, sales={**RIGHT.sales, 2: [*LINES.values()]}), "5 sales of run 2 are lost", lost=5
    ),
    "a sale that no workbook has": Case(
        replace(RIGHT, sales={RUN: [LINES[row] for row in (1, 2, 3, 5)]}),
        "1 sales of run 1 are doubled: 300,D",
        doubled=1,
    ),
    "a message that is not as its workbook": Case(
        replace(RIGHT, sales={RUN: [*(LINES | {4: LINES[4]._replace(Quantity=-2)}).values()]}),
        '1 sales of run 1 are lost: 300,D,a "b",-2',
        lost=1,
        doubled=1,
    ),
    "a sale that comes again from another source": Case(
        RIGHT.with_message(message((0, 3), record(3, PREFIX.replace(b"ab", b"cd")))).with_row(stored((0, 3), 3, 0)),
        "1 sales of run 1 are doubled: 100,C",
        doubled=1,
    ),
    "a row in two partitions": Case(
        RIGHT.with_message(message((0, 3), record(4))).with_row(stored((0, 3), 4)),
        "are in the tables more than once: doubled (row 4)",
        doubled=1,
    ),
    "a message with another key": Case(
        RIGHT.with_message(message((0, 0), record(1))._replace(key=b"x")), "have another key or partition"
    ),
    "rows that were sent in a wrong order": Case(
        replace(
            RIGHT,
            messages=(
                *RIGHT.messages[:3],
                *(message((1, offset), record(row)) for offset, row in enumerate((4, 2, 5, 5))),
            ),
        ).with_row(
            stored((1, 0), 4),
            rejected((1, 1), None, "already received"),
            stored((1, 2), 5, 1),
            rejected((1, 3), None, "already received"),
        ),
        "were sent after a later row and rejected: lost (row 2)",
        lost=1,
    ),
}


@pytest.mark.parametrize("case", TAMPERED.values(), ids=TAMPERED)
def test_the_oracle_sees(case: Case) -> None:
    """The oracle reports the fault, and counts what is lost or doubled."""
    verdict = case.stack.judge()
    assert case.finding in "\n".join(verdict.wrong)
    assert (verdict.lost, verdict.doubled) == (case.lost, case.doubled)


AGAIN = b"0:2" + BAD


def resent(place: Place, row: Row, *, recorded: bool = True, value: bytes = AGAIN) -> Stack:
    """Return the stack with the reject of 0:2 sent again, and the row for it."""
    again = replace(
        RIGHT.with_message(message(place, value)).with_row(row),
        batches=(RIGHT.batches[0], Batch(2, 5, 2, 0, 3, 1 + (row.extra == "already received"), 2)),
        spans=(RIGHT.spans[0], Span(2, 0, 1, 4), *RIGHT.spans[2:]),
    )
    return again.of(progress={0: (0, 4), 1: (0, 4)}, resent={(0, 2): place} if recorded else {})


def test_a_reject_that_is_sent_again_takes_its_place() -> None:
    """A message with `resent` is checked like any other, and the rejected one counts as sent again."""
    assert resent((0, 3), rejected((0, 3), AGAIN, "Quantity")).judge().wrong == ()


def test_a_line_that_the_fixed_processor_took() -> None:
    """A line that was rejected, sent again and then taken is neither lost nor doubled, even with rows in between."""
    fixed = replace(
        RIGHT.with_message(message((1, 4), b"1:1" + record(4)))
        .with_row(rejected((1, 1), record(4), "odd"), stored((1, 4), 4)),
        batches=(Batch(1, 3, 2, 0, 1, 0, 1), Batch(2, 5, 2, 1, 2, 1, 2)),
        spans=(*RIGHT.spans[:3], Span(2, 1, 2, 5)),
    )  # fmt: skip
    verdict = fixed.of(progress={0: (0, 3), 1: (0, 5)}, resent={(1, 1): (1, 4)}).judge()
    assert verdict.wrong == ()
    assert verdict[:3] == (8, 0, 0)


@pytest.mark.parametrize(
    ("fact", "stack", "finding"),
    [
        (
            "not recorded",
            resent((0, 3), rejected((0, 3), AGAIN, "Quantity"), recorded=False),
            "Resent_Messages: (0, 2)",
        ),
        (
            "for a line",
            resent((0, 3), rejected((0, 3), b"0:1" + BAD, "Quantity"), value=b"0:1" + BAD),
            "already received",
        ),
        (
            "of a partition",
            resent((0, 3), rejected((0, 3), b"1:2" + BAD, "Quantity"), value=b"1:2" + BAD),
            "already received",
        ),
    ],
)
def test_the_oracle_sees_a_wrong_resending(fact: str, stack: Stack, finding: str) -> None:
    """A message that takes a place that is not open must be rejected, and one for an open place must be recorded."""
    assert finding in "\n".join(stack.judge().wrong), fact


def erased(stack: Stack, customer: bytes, below: Place) -> Stack:
    """Return the stack with a customer, and all rejects, erased below a place in its partition."""
    partition, offset = below
    return stack.of(erased={(hashlib.sha256(customer).hexdigest(), partition): offset})


def test_an_erased_customer_is_removed() -> None:
    """The lines of an erased customer lose the number; purchases after the erasure have it."""
    assert erased(altered((1, 3), CustomerID=None), b"17850", (1, 4)).judge().wrong == ()
    assert erased(RIGHT, b"17850", (1, 3)).judge().wrong == ()
    assert "1:3: CustomerID is '17850', in the topic None" in "\n".join(erased(RIGHT, b"17850", (1, 4)).judge().wrong)


def test_a_reject_may_name_an_erased_customer() -> None:
    """The bytes of a message that was rejected before the erasure are deleted, however often it is sent again."""
    forgotten = rejected((0, 2), None, "Quantity")
    again = resent((0, 3), rejected((0, 3), None, "Quantity")).with_row(forgotten)
    assert erased(again, b"1", (0, 3)).judge().wrong == ()
    kept = resent((0, 3), rejected((0, 3), AGAIN, "Quantity")).with_row(forgotten)
    assert "0:3: message is b'0:2,2" in "\n".join(erased(kept, b"1", (0, 3)).judge().wrong)


def test_runs_without_workbooks_are_judged_by_their_rows() -> None:
    """Without sales any are right; a row that is taken twice, or rejected before it was taken, is found."""
    others = {SOURCE: TAMPERED["a row in two partitions"], "x": TAMPERED["rows that were sent in a wrong order"]}
    assert replace(RIGHT, sales={}).judge().wrong == ()
    for case in others.values():
        verdict = replace(case.stack, sales={}).judge()
        assert case.finding in "\n".join(verdict.wrong)
        assert (verdict.lost, verdict.doubled) == (case.lost, case.doubled)


def test_a_topic_that_has_grown() -> None:
    """An invoice may then continue in another partition; in any other topic that is an error."""
    moved = replace(RIGHT, sales={RUN: [*LINES.values(), LINES[3]]}).with_message(
        message((1, 4), record(3).replace(b",1,3,", b",1,7,", 1))
    )
    finding = "have another key or partition than their invoice (row 7)"
    assert finding in "\n".join(moved.judge().wrong)
    assert finding not in "\n".join(moved.judge(has_grown=True).wrong)


def test_weights_are_not_checked_with_a_decay() -> None:
    """With a decay below 1 the weights are not the number of lines."""
    discounted = RIGHT.of(generations=[model(0, 1, 0, 0), model(1, 1, 1, 1), model(2, 2, 1.5, 1.5)])
    assert discounted.judge(decay=0.5).wrong == ()


def test_of_equally_near_centres_both_are_right() -> None:
    """Two ways to compute a distance differ in the last digits; of equal centres the first counts."""
    near = Generation(1, 1, "raw", np.array([[1.0, 1.0], [1.0 + 1e-14, 1.0]]), np.array([1.0, 1.0]))
    same = near._replace(centres=np.array([[1.0, 1.0], [1.0, 1.0]]))
    for generation, is_right in ((near, True), (same, False)):
        stack = RIGHT.with_row(stored((1, 0), 2, 1)).of(generations=[model(0, 1, 0, 0), generation, model(2, 2, 2, 2)])
        assert (stack.judge().wrong == ()) is is_right


KEPT = {"17850": Customer(NOON, NOON, 2, Decimal("484.000"))}
INVOICES = {"17850": {"100", "200"}}


def kept(**view: Any) -> tuple[str, ...]:
    """Return the findings for a view with customers, correct except for `view`."""
    right = {"customers": KEPT, "invoices": INVOICES, "members": ["17850"], "newest_sale": NOON}
    return RIGHT.of(**right | view).judge().wrong


def test_customers_match_their_british_lines() -> None:
    """Two invoices of three lines; the line without a customer, and the one in France, count for none."""
    assert kept() == ()


@pytest.mark.parametrize("invoice", ["C200", "c200"])
def test_a_cancellation_is_no_purchase(invoice: str) -> None:
    """It reduces the monetary value and changes neither dates nor invoices."""
    stack = altered((1, 3), InvoiceNo=invoice, Quantity=-1, InvoiceDate=NOON + dt.timedelta(days=1))
    customers = {"17850": Customer(NOON, NOON, 1, Decimal("-4.000"))}
    view = {"customers": customers, "invoices": {"17850": {"100"}}, "newest_sale": NOON}
    assert not [text for text in stack.of(**view).judge().wrong if "customer" in text or "newest" in text]


@pytest.mark.parametrize(
    ("view", "finding"),
    [
        ({"customers": {}}, "Customer_Sales: customer '17850' has None, by the lines it is Customer("),
        ({"customers": KEPT | {"1": KEPT["17850"]}}, "Customer_Sales: customer '1' has Customer("),
        ({"customers": {"17850": KEPT["17850"]._replace(frequency=3)}}, "frequency=3"),
        ({"customers": {"17850": KEPT["17850"]._replace(monetary=Decimal("484.001"))}}, "484.001"),
        ({"invoices": {"17850": {"100"}}}, "Customer_Invoices: customer '17850' has {'100'}"),
        ({"members": ["17850", "x"]}, "Segment_Members has 'x', who has no line"),
        ({"newest_sale": None}, "Stream_State has the newest sale at None, it is at 2011-12-09 12:00:00"),
    ],
)
def test_the_oracle_sees_wrong_customers(view: dict[str, Any], finding: str) -> None:
    """A customer that is missing, invented or wrong in one field."""
    (found,) = kept(**view)
    assert finding in found


def test_the_oracle_sees_summaries_unlike_their_lines() -> None:
    """Whatever SQL finds on either side, in any of the summaries."""
    rows = [("stored", "2011-12-09", 12, "France", 2), ("by the lines", "2011-12-09", 12, "France", 1)]
    found = RIGHT.of(unlike={"Hourly_Sales": rows, "Product_Sales": []}).judge().wrong
    assert found == (
        "Hourly_Sales: stored alone is ['2011-12-09', 12, 'France', 2]",
        "Hourly_Sales: by the lines alone is ['2011-12-09', 12, 'France', 1]",
    )
