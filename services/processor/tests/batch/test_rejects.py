"""How many rejects are too many."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest
from made import line, reject, table

from common.errors import UserError
from processor.batch.rejects import commonest_reason, refuse_too_many
from processor.batch.repetitions import REPETITION
from processor.batch.resent import NOT_OPEN
from processor.edges.positions import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa


def batch(good: int, bad: int, repeated: int = 0) -> pa.Table:
    """Return a batch of so many lines."""
    offset = itertools.count()
    return table(
        *(line((0, next(offset))) for _ in range(good)),
        *(reject((0, next(offset))) for _ in range(bad)),
        *(reject((0, next(offset)), (REPETITION, NOT_OPEN)[number % 2]) for number in range(repeated)),
    )


@pytest.mark.parametrize(
    ("lines", "before", "percent"),
    [
        pytest.param(batch(0, 999), [], 0, id="too few messages to judge"),
        pytest.param(batch(500, 500), [], 50, id="just as many as allowed"),
        pytest.param(batch(0, 1000), [], 100, id="any number is allowed"),
        pytest.param(batch(10, 10), [Tally(980, 0)], 1, id="good batches before it"),
        pytest.param(batch(0, 0, 2000), [], 0, id="repetitions alone"),
        pytest.param(batch(10, 0), [Tally(990, 990)], 10, id="no reject in the batch"),
    ],
)
def test_rejects_within_the_limit_pass(lines: pa.Table, before: list[Tally], percent: int) -> None:
    """The share of rejects is that of at least 1,000 messages, and repetitions do not count as rejects."""
    refuse_too_many(lines, before, percent)


@pytest.mark.parametrize(
    ("lines", "before", "counts"),
    [
        pytest.param(batch(499, 501), [], "501 of the last 1,000", id="one too many"),
        pytest.param(batch(0, 10), [Tally(490, 490), Tally(500, 490)], "990 of the last 1,000", id="small batches"),
        pytest.param(batch(0, 1000), [Tally(9_000_000, 0)], "1,000 of the last 1,000", id="a long good past"),
    ],
)
def test_more_rejects_than_allowed_are_refused(lines: pa.Table, before: list[Tally], counts: str) -> None:
    """The error has the counts, the most frequent reason and the way out."""
    with pytest.raises(UserError, match=rf"{counts}.*Quantity '\.\.\.' is not a whole number.*MAX_REJECTED_PERCENT in"):
        refuse_too_many(lines, before, 50)


def test_a_large_batch_does_not_look_back() -> None:
    """Earlier batches are read only as far as they are needed."""

    def before() -> Iterator[Tally]:
        raise AssertionError
        yield

    refuse_too_many(batch(990, 10), before(), 50)


def test_the_commonest_reason_quotes_no_value() -> None:
    """Reasons that differ only in the value that they quote are one reason, and the value is not logged."""
    reasons = ["Quantity 'a' is wrong", "Quantity 'it's\n' is wrong", "the message is empty"]
    lines = table(*(reject((0, offset), reason) for offset, reason in enumerate(reasons)))
    assert commonest_reason(lines) == "Quantity '...' is wrong"
