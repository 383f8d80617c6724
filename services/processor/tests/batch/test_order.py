"""Which lines of a micro-batch are new, whatever it repeats."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import DIGEST as WORKBOOK
from made import line, reject, table

from processor.batch.order import GapError, drop_committed, in_order, offset_ranges
from processor.batch.repetitions import REPETITION, reject_repetitions, sources
from processor.edges.positions import Fingerprint, OffsetRange, Position, Source

DIGEST = "ab" * 8
START = {0: Position(0, None), 1: Position(0, None)}


def lines(*places: tuple[int, int], rows: list[int | None] | None = None, run: int = 1) -> pa.Table:
    """Return lines at (partition, offset); their rows are their offsets from 1 unless given, None for a reject."""
    numbers = [offset + 1 for _, offset in places] if rows is None else rows
    count = len(places)
    valid = [number is not None for number in numbers]
    return pa.table(
        {
            "kafka_partition": pa.array([partition for partition, _ in places], pa.int32()),
            "kafka_offset": pa.array([offset for _, offset in places], pa.int64()),
            "sent_at": pa.array([1000 + offset for _, offset in places], pa.int64()),
            "crc32": pa.array([partition * 100 + offset for partition, offset in places], pa.int64()),
            "source": pa.array([DIGEST if is_valid else None for is_valid in valid], pa.string()),
            "run": pa.array([run if is_valid else None for is_valid in valid], pa.int32()),
            "source_row": pa.array(numbers, pa.int64()),
            "resent_offset": pa.nulls(count, pa.int64()),
            "route": pa.array(["British" if is_valid else "rejected" for is_valid in valid], pa.string()),
            "reason": pa.array([None if is_valid else "wrong" for is_valid in valid], pa.string()),
            "message": pa.array([None if is_valid else b"x" for is_valid in valid], pa.binary()),
        }
    )


def places(table: pa.Table) -> list[tuple[int, int]]:
    """Return (partition, offset) of each line."""
    return list(zip(table["kafka_partition"].to_pylist(), table["kafka_offset"].to_pylist(), strict=True))


def test_lines_of_several_micro_batches_are_put_in_order() -> None:
    """Lines are taken by partition and offset, though the batches that they came in cross."""
    crossed = lines((0, 0), (1, 0), (0, 1), (1, 1))
    assert places(in_order(crossed)) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_committed_lines_are_dropped() -> None:
    """Messages below the next offset of their partition are already committed."""
    positions = {0: Position(2, None), 1: Position(1, None)}
    table = lines((0, 0), (0, 1), (0, 2), (1, 0), (1, 1))
    assert places(drop_committed(table, positions)) == [(0, 2), (1, 1)]


def test_a_batch_that_comes_twice_is_empty() -> None:
    """Nothing is left of a batch once it is committed."""
    positions = {0: Position(3, None), 1: Position(1, None)}
    assert drop_committed(lines((0, 0), (0, 1), (0, 2), (1, 0)), positions).num_rows == 0


def test_ranges_name_the_last_message() -> None:
    """The offsets of each partition come with the fingerprint of its last message."""
    assert offset_ranges(lines((0, 0), (0, 1), (1, 0)), START) == {
        0: OffsetRange(0, 2, Fingerprint(1001, 1)),
        1: OffsetRange(0, 1, Fingerprint(1000, 100)),
    }


@pytest.mark.parametrize(
    "table",
    [
        pytest.param(lines((0, 1), (0, 2)), id="before the first"),
        pytest.param(lines((0, 0), (0, 2)), id="inside"),
        pytest.param(lines((0, 0), (0, 1), (0, 1)), id="a message twice"),
    ],
)
def test_a_gap_is_refused(table: pa.Table) -> None:
    """Missing or doubled messages are refused: they would never be read again."""
    with pytest.raises(GapError, match="partition 0"):
        offset_ranges(table, START)


def test_an_unknown_partition_is_refused() -> None:
    """A partition that the view does not know was added after the stream started."""
    with pytest.raises(GapError, match="partition 7"):
        drop_committed(lines((7, 0)), START)


def test_a_row_sent_again_is_set_aside() -> None:
    """A row at or below the highest one received of its source, run and partition is a repetition."""
    source = Source(DIGEST, 1, 0)
    table, highest = reject_repetitions(lines((0, 0), (0, 1), (0, 2), (0, 3), rows=[5, 7, 7, 8]), {source: 5})
    assert table["reason"].to_pylist() == [REPETITION, None, REPETITION, None]
    assert table["route"].to_pylist() == ["rejected", "British", "rejected", "British"]
    assert highest == {source: 8}


def test_another_run_is_no_repetition() -> None:
    """A workbook that is streamed again on purpose has another run, and its lines are new."""
    table, highest = reject_repetitions(lines((0, 0), rows=[5], run=2), {Source(DIGEST, 1, 0): 9})
    assert table["route"].to_pylist() == ["British"]
    assert highest == {Source(DIGEST, 2, 0): 5}


def test_rejected_messages_have_no_source() -> None:
    """A message that is no line counts for no source, and its reason stays."""
    table = lines((0, 0), (0, 1), rows=[None, None])
    assert sources(table) == []
    assert reject_repetitions(table, {})[0]["reason"].to_pylist() == ["wrong", "wrong"]


def test_a_line_that_carries_a_reject_again_is_out_of_order() -> None:
    """A resent message has a lower row than its neighbours: it is no repetition and does not change the highest row."""
    source = Source(WORKBOOK, 1, 0)
    batch = table(line((0, 0), 8), line((0, 1), 3, resent=(0, 0)), line((0, 2), 9), line((0, 3), 99, resent=(0, 0)))
    lines, highest = reject_repetitions(batch, {source: 7})
    assert lines["route"].to_pylist() == ["British"] * 4
    assert highest == {source: 9}


def test_a_large_row_keeps_its_value() -> None:
    """Rows beside rejects, which have none, are compared as whole numbers up to the highest."""
    source = Source(WORKBOOK, 1, 0)
    batch = table(reject((0, 0)), line((0, 1), 10**18 - 1), line((0, 2), 10**18 - 2))
    lines, highest = reject_repetitions(batch, {})
    assert lines["route"].to_pylist() == ["rejected", "British", "rejected"]
    assert highest == {source: 10**18 - 1}


def plainly(lines: pa.Table, received: dict[Source, int]) -> tuple[list[bool], dict[Source, int]]:
    """Return which lines are repetitions and the new highest rows, line by line."""
    highest: dict[Source, int] = {}
    repeated = []
    for row in lines.to_pylist():
        source = Source(row["source"], row["run"], row["kafka_partition"])
        before = highest.get(source, received.get(source, 0))
        repeated.append(row["source_row"] <= before)
        highest[source] = max(before, row["source_row"])
    return repeated, highest


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3), st.integers(1, 3), st.integers(1, 9)), max_size=40),
    st.integers(0, 5),
)
def test_sources_that_cross_are_told_apart(drawn: list[tuple[int, int, int, int]], reached: int) -> None:
    """With any number of sources, runs and partitions each row is compared within its own alone."""
    batch = table(
        *(
            line((partition, offset), row, source=Source(bytes([digest] * 8).hex(), run, partition))
            for offset, (partition, digest, run, row) in enumerate(sorted(drawn, key=lambda one: one[0]))
        )
    )
    received = dict.fromkeys(sources(batch)[::2], reached)
    lines, highest = reject_repetitions(batch, received)
    assert ([route == "rejected" for route in lines["route"].to_pylist()], highest) == plainly(batch, received)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=30))
def test_any_split_or_repetition_of_batches_gives_each_line_once(spans: list[tuple[int, int]]) -> None:
    """Whatever pieces of a partition come, in whatever order, each line is accepted once or its piece refused."""
    taken, position = [], 0
    for first, length in spans:
        piece = lines(*((0, offset) for offset in range(first, first + length)))
        fresh = drop_committed(piece, {0: Position(position, None)})
        if not fresh.num_rows:
            continue
        try:
            ranges = offset_ranges(fresh, {0: Position(position, None)})
        except GapError:
            continue
        taken += [offset for _, offset in places(fresh)]
        position = ranges[0].next
    assert taken == list(range(position))
