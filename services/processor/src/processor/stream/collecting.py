"""Collects a micro-batch into the driver as lines, within a limit of bytes.

A message may be a thousand times as long as a sales line, so a limit of rows does not limit the bytes. The source
withholds long values, and the micro-batch is cut into pieces by bytes; the values that a piece lacks are then read by
themselves. Messages of normal length are read once, and their micro-batch stays in one piece.
"""

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the field's habit

from processor.batch.order import GapError, in_order
from processor.edges.loading import PLACE
from processor.edges.slices import cut
from processor.stream.parsing import LINES, parse

MICRO_BATCH_BYTES = 256 * 1024 * 1024  # of values, at most, in one result of Spark
PIECE_BYTES = 64 * 1024 * 1024  # of values, at most, in a piece: three are in memory at once

Spans = Mapping[int, tuple[int, int]]
"""Offsets by partition, from the first to before the second."""


def longest(max_rows: int) -> int:
    """Return how many bytes a value may have if this many messages must fit into one result of Spark."""
    return MICRO_BATCH_BYTES // max_rows


def collect(messages: DataFrame, limit: int, reread: Callable[[Spans], DataFrame]) -> Iterator[pa.Table]:
    """Yield the lines of a micro-batch in pieces; values longer than the limit are withheld, `reread` reads them.

    `messages` and `reread` have the columns of `source.raw`. Raises a `GapError` where a withheld value has gone.
    """
    table = in_order(messages.toArrow())
    for start, end in cut(table["bytes"].to_numpy(), PIECE_BYTES):
        yield _lines(_whole(table.slice(start, end - start), limit, reread))


def _whole(piece: pa.Table, limit: int, reread: Callable[[Spans], DataFrame]) -> pa.Table:
    """Return a piece with the values that were withheld."""
    is_long = pc.greater(piece["bytes"], limit)
    if not pc.any(is_long).as_py():
        return piece
    withheld = piece.filter(is_long)
    found = in_order(reread(spans(withheld)).where(F.col("bytes") > limit).toArrow())
    if not found.select(PLACE).equals(withheld.select(PLACE)):
        raise GapError(f"{withheld.num_rows} long messages were read again and {found.num_rows} of them were found")
    columns = (piece["value"], is_long, found["value"])
    values = pc.replace_with_mask(*(column.combine_chunks() for column in columns))
    return piece.set_column(piece.column_names.index("value"), "value", values)


def _lines(messages: pa.Table) -> pa.Table:
    """Parse the messages in the batches of Spark's tasks: in so few, each field has few different texts."""
    return pa.concat_tables([LINES.empty_table(), *map(parse, messages.to_batches())])


def spans(messages: pa.Table) -> Spans:
    """Return the offsets of messages by partition."""
    found = messages.group_by("kafka_partition").aggregate([("kafka_offset", "min"), ("kafka_offset", "max")])
    return {
        span["kafka_partition"]: (span["kafka_offset_min"], span["kafka_offset_max"] + 1) for span in found.to_pylist()
    }
