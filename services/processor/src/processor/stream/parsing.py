"""From messages to lines: typed, or rejected with a readable reason.

A pure function of Arrow tables. Arrow's csv reader splits the records and finds the different texts of each field; each
is then read once, however many messages have it: a micro-batch has far fewer dates, prices and customers than lines.
"""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from processor.stream.fields import BRITISH, FIELDS, QUOTED_LENGTH, Field, wrong
from processor.stream.records import fault, origin, unusual

NO_ROW = "is not a whole number from 1"
ROW = r"\A[1-9][0-9]{0,17}\z"
BLANK_RECORD = b"," * (len(FIELDS) - 1)  # replaces a message that is no record
DATA = tuple(field.name for field in FIELDS[5:])
LINES = pa.schema(
    [
        ("kafka_partition", pa.int32()),
        ("kafka_offset", pa.int64()),
        ("sent_at", pa.int64()),
        ("crc32", pa.int64()),
        ("source", pa.string()),
        ("run", pa.int32()),
        ("source_row", pa.int64()),
        ("resent_partition", pa.int32()),
        ("resent_offset", pa.int64()),
        ("route", pa.string()),
        ("reason", pa.string()),
        ("message", pa.binary()),
        *((field.name, field.kind) for field in FIELDS[5:]),
    ]
)
PLACED = ("kafka_partition", "kafka_offset", "sent_at", "crc32")  # columns that a line takes from its message
MESSAGES = pa.schema(
    [
        *(LINES.field(name) for name in PLACED),
        ("value", pa.binary()),
    ]
)
READ = csv.ConvertOptions(
    column_types={
        field.name: pa.string() if field.name == "row" else pa.dictionary(pa.int32(), pa.string()) for field in FIELDS
    },
    null_values=[""],
    strings_can_be_null=True,
    quoted_strings_can_be_null=True,
)
PARSE = csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False)


def parse(messages: pa.Table | pa.RecordBatch) -> pa.Table:
    """Turn messages of the topic (`MESSAGES`) into lines (`LINES`), one each, in their order.

    `sent_at` is in ms since 1970 and `crc32` that of the whole message. A line has a `route` ('British', 'other' or
    'rejected'); rejected lines alone have `reason` and `message`; their data, source, run and row are NULL.
    `resent_partition` and `resent_offset` name the message that this one resends, if it does.
    """
    if not messages.num_rows:
        return LINES.empty_table()
    values = _whole(messages["value"])
    others = {index: values[index].as_py() for index in unusual(values)}
    faults = {index: reason for index, message in others.items() if (reason := fault(message))}
    records = _split(values, faults)
    columns, reasons = {}, [_sparse(faults, len(values), pa.string())]
    for field in FIELDS:
        columns[field.name], found = _read_row(records) if field.name == "row" else _read(records[field.name], field)
        reasons += found
    reason = pc.coalesce(*reasons)
    lines = {
        **{name: messages[name] for name in PLACED},
        **_origins(others, len(values)),
        **_routed(columns, values, reason),
        "reason": reason,
    }
    return pa.table([lines[name] for name in LINES.names], LINES)


def _whole(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _split(messages: pa.Array, faults: Mapping[int, str]) -> pa.Table:
    """Return the fields of the messages as columns, empty for those that are no records."""
    if faults:
        is_record = np.ones(len(messages), dtype=bool)
        is_record[list(faults)] = False
        messages = pc.if_else(is_record, messages, BLANK_RECORD)
    bounds = pa.array([0, len(messages)], pa.int32())
    joined = pc.binary_join(pa.ListArray.from_arrays(bounds, messages), b"\n")[0].as_buffer()
    # In one block: no record spans two, and each column has one dictionary.
    how = csv.ReadOptions(use_threads=False, block_size=joined.size + 1, column_names=[field.name for field in FIELDS])
    return csv.read_csv(pa.BufferReader(joined), how, PARSE, READ)


def _read(column: pa.ChunkedArray, field: Field) -> tuple[pa.Array, list[pa.Array]]:
    """Return a field's values, NULL where they are missing or wrong, and the reasons why lines are rejected for it."""
    codes = _whole(column)
    read = [_read_text(text, field) for text in codes.dictionary.to_pylist()]
    values = pa.array([value for value, _ in read], field.kind).take(codes.indices)
    reasons = []
    if field.is_required and codes.null_count:
        reasons.append(pc.if_else(codes.is_null(), f"{field.name} is missing", None))
    if any(reason for _, reason in read):
        reasons.append(pa.array([reason for _, reason in read], pa.string()).take(codes.indices))
    return values, reasons


def _read_text(text: str, field: Field) -> tuple[object, str | None]:
    """Return the value of a field's text, and what is wrong with it."""
    if field.max_length is not None and len(text) > field.max_length:
        return None, f"{field.name} is longer than {field.max_length} characters"
    try:
        return field.read(text), None
    except ValueError as error:
        return None, wrong(field.name, text, error)


def _read_row(records: pa.Table) -> tuple[pa.Array, list[pa.Array]]:
    """Return the rows, which differ in each message, and the reasons why lines are rejected for them."""
    texts = _whole(records["row"])
    is_right = pc.match_substring_regex(texts, ROW)
    rows = pc.cast(pc.if_else(is_right, texts, None), pa.int64())
    if rows.null_count == 0:
        return rows, []
    quoted = pc.binary_join_element_wise("row '", pc.utf8_slice_codeunits(texts, 0, QUOTED_LENGTH), "' ", NO_ROW, "")
    return rows, [pc.if_else(texts.is_null(), "row is missing", None), pc.if_else(is_right, None, quoted)]


def _routed(columns: Mapping[str, pa.Array], messages: pa.Array, reason: pa.Array) -> dict[str, pa.Array]:
    """Return the route of the lines, the messages of the rejected, and the values of the others."""
    route = pc.if_else(pc.equal(columns["Country"], BRITISH), "British", "other")
    values = {name: columns[name] for name in ("source", "run", *DATA)} | {"source_row": columns["row"]}
    if reason.null_count == len(reason):
        return {"route": route, "message": pa.nulls(len(reason), pa.binary()), **values}
    is_right = reason.is_null()
    return {
        "route": pc.if_else(is_right, route, "rejected"),
        "message": pc.if_else(is_right, None, messages),
        **{name: pc.if_else(is_right, column, None) for name, column in values.items()},
    }


def _origins(messages: Mapping[int, bytes | None], count: int) -> dict[str, pa.Array]:
    """Return the columns with the places of the messages that these resend."""
    places = {index: place for index, message in messages.items() if (place := origin(message))}
    return {
        "resent_partition": _sparse({index: place.partition for index, place in places.items()}, count, pa.int32()),
        "resent_offset": _sparse({index: place.offset for index, place in places.items()}, count, pa.int64()),
    }


def _sparse(values: Mapping[int, object], count: int, kind: pa.DataType) -> pa.Array:
    """Return a column that has values at some indices."""
    if not values:
        return pa.nulls(count, kind)
    return pa.array([values.get(index) for index in range(count)], kind)
