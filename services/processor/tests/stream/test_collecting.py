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

from processor.stream import collecting
from processor.stream.collecting import collect, cut, spans, withhold_long_texts
from processor.stream.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame, SparkSession

    from processor.stream.collecting import Spans

HEADERS = [("contract", b"1"), ("source", b"ab" * 32), ("run", b"1")]
SENT = dt.datetime(2011, 12, 9, 12, 50, tzinfo=dt.UTC)
GOOD = b"1,2,3,LAMP,5,2010-12-01 08:26:00,1,1,France"


def stream(spark: SparkSession, *partitions: Sequence[bytes]) -> DataFrame:
    """Return the lines of messages by partition, each from offset 0."""
    rows = [
        (partition, offset, SENT, value, HEADERS)
        for partition, values in enumerate(partitions)
        for offset, value in enumerate(values)
    ]
    headers = "array<struct<key: string, value: binary>>"
    kafka = f"partition int, offset bigint, timestamp timestamp, value binary, headers {headers}"
    return parse(spark.createDataFrame(rows, kafka))


def pieces(lines: DataFrame, max_rows: int) -> tuple[list[pa.Table], list[Spans]]:
    """Collect lines; return the pieces and what was read again for them."""
    asked = []

    def reread(wanted: Spans) -> DataFrame:
        asked.append(wanted)
        is_wanted = [
            (F.col("kafka_partition") == partition) & F.col("kafka_offset").between(first, end - 1)
            for partition, (first, end) in wanted.items()
        ]
        return lines.where(reduce(or_, is_wanted))

    return list(collect(withhold_long_texts(lines, max_rows), max_rows, reread)), asked


def test_lines_as_they_should_be_stay_in_one_piece(spark: SparkSession) -> None:
    """Short lines and short rejects are read once and handed over together, in order."""
    lines = stream(spark, [GOOD, b"wrong"], [GOOD])
    (piece,), asked = pieces(lines, 400_000)
    assert asked == []
    assert piece.equals(lines.toArrow())


def test_long_messages_are_read_again_in_bounded_pieces(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages too long for one result come in pieces of bounded bytes, with their bytes, each offset once."""
    monkeypatch.setattr(collecting, "MICRO_BATCH_BYTES", 10_000)
    monkeypatch.setattr(collecting, "PIECE_BYTES", 4_000)
    lines = stream(spark, [GOOD, b"a" * 3000, GOOD, b"b" * 3000], [b"c" * 900, b"d" * 3000, GOOD])
    found, asked = pieces(lines, 10)
    assert pa.concat_tables(found).equals(lines.toArrow())
    assert len(found) == len(asked) > 1
    assert max(piece["message"].nbytes for piece in found) < 4_000 + 3_000 + 1_000


def test_only_pieces_that_lack_a_text_are_read_again(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long message makes nobody read the short ones of other pieces twice."""
    monkeypatch.setattr(collecting, "MICRO_BATCH_BYTES", 10_000)
    monkeypatch.setattr(collecting, "PIECE_BYTES", 2_000)
    lines = stream(spark, [b"a" * 900, b"b" * 900, b"c" * 900, b"d" * 900], [b"e" * 2000])
    found, asked = pieces(lines, 10)
    assert pa.concat_tables(found).equals(lines.toArrow())
    assert asked == [{1: (0, 1)}]


def test_a_long_description_is_withheld_like_a_long_reject(spark: SparkSession) -> None:
    """What is long in a sales line is read again as well."""
    long = b"1,2,3," + b"x" * 1000 + b",5,2010-12-01 08:26:00,1,1,France"
    (piece,), asked = pieces(stream(spark, [long, GOOD]), 1_000_000)
    assert piece["Description"].to_pylist() == ["x" * 1000, "LAMP"]
    assert asked == [{0: (0, 2)}]


def test_a_result_of_spark_is_bounded(spark: SparkSession) -> None:
    """However long the messages are, what a task hands over of each is not."""
    (line,) = withhold_long_texts(stream(spark, [b"x" * 60_000]), 400_000).toArrow().to_pylist()
    assert (line["message"], line["reason"]) == (None, None)
    assert line["text_bytes"] > 60_000


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
    """Pieces follow each other and none is larger than the limit and one size."""
    assert list(cut(np.array(sizes, dtype=np.int64), 10)) == expected


def test_spans_name_each_partition() -> None:
    """The offsets of lines go from the first to behind the last, in each partition."""
    table = pa.table({"kafka_partition": [0, 0, 2], "kafka_offset": [7, 8, 3]})
    assert spans(table) == {0: (7, 9), 2: (3, 4)}
