"""A micro-batch into the driver as lines, bounded in bytes, however long its messages are.

A message may be a thousand times as long as a sales line, so that the rows of a micro-batch say nothing of its bytes.
So the source withholds long values, and what is handed over at a time is cut by its bytes: pieces that lack a value are
read again, alone. Lines as they should be are read once, and their micro-batch stays in one piece.
"""

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
from pyspark.sql import DataFrame

from processor.batch.order import in_order
from processor.edges.slices import cut
from processor.stream.parsing import LINES, parse

MICRO_BATCH_BYTES = 256 * 1024 * 1024  # of values, at most, in one result of Spark
PIECE_BYTES = 64 * 1024 * 1024  # of values, at most, that are handed over at a time: there are three at once

Spans = Mapping[int, tuple[int, int]]
"""Offsets by partition, from the first to before the second."""


def longest(max_rows: int) -> int:
    """Return how many bytes a value may have for so many messages to fit into a result of Spark."""
    return MICRO_BATCH_BYTES // max_rows


def collect(messages: DataFrame, limit: int, reread: Callable[[Spans], DataFrame]) -> Iterator[pa.Table]:
    """Yield the lines of a micro-batch in pieces; values longer than the limit are withheld, `reread` gives them.

    `messages` and `reread` have the columns of `source.raw`.
    """
    table = in_order(messages.toArrow())
    sizes = table["bytes"].to_numpy()
    for begin, end in cut(sizes, PIECE_BYTES):
        piece = table.slice(begin, end - begin)
        is_whole = sizes[begin:end].max() <= limit
        yield _lines(piece if is_whole else in_order(reread(spans(piece)).toArrow()))


def _lines(messages: pa.Table) -> pa.Table:
    """Parse the messages as Spark's tasks gave them: of so few at a time, each field has few different texts."""
    return pa.concat_tables([LINES.empty_table(), *map(parse, messages.to_batches())])


def spans(messages: pa.Table) -> Spans:
    """Return the offsets of messages by partition."""
    found = messages.group_by("kafka_partition").aggregate([("kafka_offset", "min"), ("kafka_offset", "max")])
    return {
        span["kafka_partition"]: (span["kafka_offset_min"], span["kafka_offset_max"] + 1) for span in found.to_pylist()
    }
