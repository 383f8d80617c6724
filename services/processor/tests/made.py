"""Messages for `parse`, and lines as it returns them, made by hand."""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from processor.edges.positions import Place, Source
from processor.stream.parsing import LINES, MESSAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

FAULT = "Quantity 'abc' is not a whole number"
DIGEST = hashlib.sha256(b"workbook").hexdigest()[:16]


def line(
    place: tuple[int, int],
    row: int | None = None,
    *,
    customer: str | None = "17850",
    country: str = "United Kingdom",
    source: Source | None = None,
    resent: tuple[int, int] | None = None,
) -> dict[str, Any]:
    """Return a sales line; its row is its offset from 1 unless given."""
    digest, run, _ = source or Source(DIGEST, 1, place[0])
    return {
        **_envelope(place, resent),
        "source": digest,
        "run": run,
        "source_row": place[1] + 1 if row is None else row,
        "route": "British" if country == "United Kingdom" else "other",
        "InvoiceNo": "536365",
        "StockCode": "85123A",
        "Quantity": 6 + place[1] % 7,
        "InvoiceDate": dt.datetime(2010, 12, 1, 8, 26),  # noqa: DTZ001 - a wall-clock time
        "UnitPrice": Decimal("2.550"),
        "CustomerID": customer,
        "Country": country,
    }


def reject(
    place: tuple[int, int], reason: str = FAULT, *, message: bytes = b"x", resent: tuple[int, int] | None = None
) -> dict[str, Any]:
    """Return a message that is no sales line."""
    return {**_envelope(place, resent), "route": "rejected", "reason": reason, "message": message}


def messages(values: Sequence[bytes | None], partition: int = 0) -> pa.Table:
    """Return messages of a partition from offset 0."""
    count = len(values)
    columns = ([partition] * count, range(count), range(1000, 1000 + count), [0] * count, values)
    arrays = [pa.array(column, kind) for column, kind in zip(columns, MESSAGES.types, strict=True)]
    return pa.Table.from_arrays(arrays, schema=MESSAGES)


def table(*lines: dict[str, Any]) -> pa.Table:
    """Return lines as a micro-batch holds them."""
    return pa.Table.from_pylist(list(lines), LINES)


def places(lines: pa.Table) -> Sequence[Place]:
    """Return the place of each line."""
    return list(map(Place, lines["kafka_partition"].to_pylist(), lines["kafka_offset"].to_pylist()))


def _envelope(place: tuple[int, int], resent: tuple[int, int] | None) -> dict[str, Any]:
    partition, offset = place
    return {
        "kafka_partition": partition,
        "kafka_offset": offset,
        "sent_at": 1000 + offset,
        "crc32": partition * 100 + offset,
        "resent_partition": None if resent is None else resent[0],
        "resent_offset": None if resent is None else resent[1],
    }
