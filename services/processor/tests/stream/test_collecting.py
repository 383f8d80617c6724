"""Micro-batches whose messages are far longer than sales lines."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import functions as F  # noqa: N812 - the field's habit

from processor.batch.order import GapError
from processor.edges.slices import cut
from processor.stream import collecting
from processor.stream.collecting import collect, longest, spans
from processor.stream.parsing import parse
from processor.stream.source import raw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame, SparkSession

    from processor.stream.collecting import Spans

SENT = dt.datetime(2011, 12, 9, 12, 50, tzinfo=dt.UTC)
GOOD = b",2," + b"ab" * 8 + b",1,1,2,3,LAMP,5,2010-12-01 08:26:00,1,1,France"


def stream(spark: SparkSession, *partitions: Sequence[bytes]) -> DataFrame:
    """Return messages by partition, each from offset 0, as Kafka's source gives them."""
    rows = [
        (partition, offset, SENT, value)
        for partition, values in enumerate(partitions)
        for offset, value in enumerate(values)
    ]
    return spark.createDataFrame(rows, "partition int, offset bigint, timestamp timestamp, value binary")


def whole(messages: DataFrame) -> pa.Table:
    """Return the lines of messages, none of which is withheld."""
    return parse(raw(messages).toArrow())


def pieces(messages: DataFrame, limit: int) -> tuple[list[pa.Table], list[Spans]]:
    """Collect lines; return the pieces and what was read again for them."""
    asked = []

    def reread(wanted: Spans) -> DataFrame:
        asked.append(wanted)
        is_wanted = [
            (F.col("partition") == partition) & F.col("offset").between(first, end - 1)
            for partition, (first, end) in wanted.items()
        ]
        return raw(messages.where(reduce(or_, is_wanted)))

    return list(collect(raw(messages, limit), limit, reread)), asked


def test_lines_as_they_should_be_stay_in_one_piece(spark: SparkSession) -> None:
    """Short lines and short rejects are read once and come in one piece, in order."""
    lines = stream(spark, [GOOD, b"wrong"], [GOOD])
    (piece,), asked = pieces(lines, longest(400_000))
    assert asked == []
    assert piece.equals(whole(lines))


def test_long_messages_are_read_again_in_bounded_pieces(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages too long for one result come in pieces within the limit of bytes, each offset once."""
    monkeypatch.setattr(collecting, "PIECE_BYTES", 4_000)
    lines = stream(spark, [GOOD, b"a" * 3000, GOOD, b"b" * 3000], [b"c" * 900, b"d" * 3000, GOOD])
    found, asked = pieces(lines, 1_000)
    assert pa.concat_tables(found).equals(whole(lines))
    assert len(found) == len(asked) > 1
    assert max(piece["message"].nbytes for piece in found) < 4_000 + 3_000 + 1_000


def test_only_pieces_that_lack_a_text_are_read_again(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Short messages in other pieces than a long one are read once."""
    monkeypatch.setattr(collecting, "PIECE_BYTES", 2_000)
    lines = stream(spark, [b"a" * 900, b"b" * 900, b"c" * 900, b"d" * 900], [b"e" * 2000])
    found, asked = pieces(lines, 1_000)
    assert pa.concat_tables(found).equals(whole(lines))
    assert asked == [{1: (0, 1)}]


def test_a_long_line_is_read_again_as_well(spark: SparkSession) -> None:
    """A long sales line is withheld like any other long message."""
    long = GOOD.replace(b"LAMP", b"x" * 1000)
    (piece,), asked = pieces(stream(spark, [long, GOOD]), 500)
    assert piece["Description"].to_pylist() == ["x" * 1000, "LAMP"]
    assert asked == [{0: (0, 1)}]


def test_long_messages_alone_are_read_again(spark: SparkSession) -> None:
    """Of a span of offsets the short messages, which are there already, are not read into memory once more."""
    lines = stream(spark, [GOOD, b"a" * 900, GOOD, b"b" * 900, GOOD], [GOOD])
    (piece,), asked = pieces(lines, 500)
    assert piece.equals(whole(lines))
    assert asked == [{0: (1, 4)}]


def test_a_long_message_that_has_gone_is_a_gap(spark: SparkSession) -> None:
    """Deleted between the two reads, it ends the stream: nothing is stored without it."""
    lines = stream(spark, [GOOD, b"a" * 900])
    with pytest.raises(GapError, match="1 long messages were read again and 0 of them were found"):
        list(collect(raw(lines, 500), 500, lambda _: raw(lines.where("offset = 0"))))


def test_a_result_of_spark_is_bounded(spark: SparkSession) -> None:
    """However long the messages are, the values in a task's result are within the limit."""
    (message,) = raw(stream(spark, [b"x" * 60_000]), longest(400_000)).toArrow().to_pylist()
    assert (message["value"], message["bytes"]) == (None, 60_000)


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        pytest.param([], [], id="nothing"),
        pytest.param([1, 2, 3], [(0, 3)], id="little"),
        pytest.param([5, 5, 5, 5], [(0, 1), (1, 3), (3, 4)], id="at the limit"),
        pytest.param([1, 25, 1], [(0, 1), (1, 3)], id="one larger than the limit"),
    ],
)
def test_pieces_are_cut_by_their_sizes(sizes: list[int], expected: list[tuple[int, int]]) -> None:
    """Pieces are contiguous, and none is larger than the limit and one size."""
    assert list(cut(np.array(sizes, dtype=np.int64), 10)) == expected


def test_spans_name_each_partition() -> None:
    """The spans go from the first offset to after the last, in each partition."""
    table = pa.table({"kafka_partition": [0, 0, 2], "kafka_offset": [7, 8, 3]})
    assert spans(table) == {0: (7, 9), 2: (3, 4)}
