"""Resent messages: each takes the place of a rejected one once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from made import line, reject, table

from processor.batch.repetitions import REPETITION
from processor.batch.resent import NOT_OPEN, first_places, origins, take_places
from processor.edges.positions import Place

if TYPE_CHECKING:
    import pyarrow as pa


def outcome(lines: pa.Table) -> list[tuple[str, str | None]]:
    """Return route and reason of each line."""
    return list(zip(lines["route"].to_pylist(), lines["reason"].to_pylist(), strict=True))


def test_an_ordinary_batch_has_no_origins() -> None:
    """Without a mark no line is changed."""
    lines = table(line((0, 0)), reject((0, 1)))
    assert origins(lines) == set()
    assert take_places(lines, set()) == (lines, {})


def test_a_reject_that_is_sent_again_is_replaced() -> None:
    """A message that resends an open reject takes its place and is a line like any other."""
    lines, taken = take_places(table(line((0, 9), resent=(0, 3))), {Place(0, 3)})
    assert outcome(lines) == [("British", None)]
    assert taken == {Place(0, 3): Place(0, 9)}


def test_a_reject_that_is_still_wrong_is_open_at_its_new_place() -> None:
    """A resent message that is wrong again closes the old reject and is the new one."""
    batch = table(reject((0, 9), resent=(0, 3)), line((0, 10), resent=(0, 9)))
    lines, taken = take_places(batch, {Place(0, 3)})
    assert outcome(lines) == [("rejected", batch["reason"][0].as_py()), ("British", None)]
    assert taken == {Place(0, 3): Place(0, 9), Place(0, 9): Place(0, 10)}


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(table(line((0, 9), resent=(0, 4))), id="no open reject"),
        pytest.param(table(reject((0, 9), resent=(0, 4))), id="no open reject, and wrong"),
        pytest.param(table(line((0, 0)), line((0, 9), resent=(0, 0))), id="not rejected in the batch"),
        pytest.param(table(reject((0, 0), REPETITION), line((0, 9), resent=(0, 0))), id="rejected as a repetition"),
        pytest.param(table(line((0, 9), resent=(0, 3)), line((0, 10), resent=(0, 3))), id="sent again twice"),
        pytest.param(table(line((1, 9), resent=(0, 3))), id="in another partition"),
        pytest.param(table(line((0, 2), resent=(0, 3)), reject((0, 3))), id="before the reject"),
        pytest.param(table(reject((0, 9), resent=(0, 9))), id="itself"),
        pytest.param(
            table(reject((0, 8), resent=(0, 4)), line((0, 9), resent=(0, 8))), id="of one that was refused itself"
        ),
    ],
)
def test_what_is_no_open_reject_is_refused(lines: pa.Table) -> None:
    """A message whose origin was not rejected, was resent before, or comes later is rejected as already received."""
    refused, taken = take_places(lines, {Place(0, 3)})
    last = [row for row in refused.to_pylist() if row["resent_offset"] is not None][-1]
    assert (last["route"], last["reason"], last["message"]) == ("rejected", NOT_OPEN, None)
    assert Place(last["kafka_partition"], last["kafka_offset"]) not in taken.values()


def test_a_reject_of_the_same_batch_can_be_sent_again() -> None:
    """While the view is rebuilt, a reject and its resent message may come in one batch."""
    lines, taken = take_places(table(reject((0, 0)), line((0, 1), resent=(0, 0))), set())
    assert outcome(lines)[1] == ("British", None)
    assert taken == {Place(0, 0): Place(0, 1)}


def test_a_chain_leads_to_the_first_place() -> None:
    """The first place of a reject that was resent several times is that of the first reject."""
    taken = {Place(0, 7): Place(0, 9), Place(0, 9): Place(0, 10), Place(1, 4): Place(1, 5)}
    assert first_places(taken, {Place(0, 7): Place(0, 2)}) == {
        Place(0, 9): Place(0, 2),
        Place(0, 10): Place(0, 2),
        Place(1, 5): Place(1, 4),
    }
