"""The content of the view at one moment, as plain data."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from contracts.reference import Line, Place

type Floats = npt.NDArray[np.float64]

BRITISH, OTHER, REJECTED = "British_Online_Retail", "Other_Online_Retail", "Rejected_Online_Retail"
LINE = Line._fields[:8]
"""The data's columns of a table of lines."""
COLUMNS = {
    BRITISH: ("source_row", *LINE),
    OTHER: ("source_row", *LINE),
    REJECTED: ("kafka_timestamp", "message"),
}
"""The columns that follow from the topic, apart from the place."""
EXTRA = {BRITISH: "prediction", OTHER: "NULL", REJECTED: "reason"}
"""The column that the processor computes."""
EPOCH = dt.datetime(1970, 1, 1)  # noqa: DTZ001 - the tables' times are UTC without a zone


class Row(NamedTuple):
    """A row of one of the three tables; `content` is its table and the columns that follow from the topic."""

    place: Place
    content: tuple[Any, ...]
    extra: Any
    """The prediction of a British line, the reason of a rejected message."""

    @property
    def table(self) -> str:
        """The table of the row."""
        return str(self.content[0])


class Customer(NamedTuple):
    """A row of Customer_Sales."""

    first_purchase: dt.datetime | None
    last_purchase: dt.datetime | None
    frequency: int
    monetary: Decimal


class Batch(NamedTuple):
    """A micro-batch in the log."""

    batch: int
    lines_read: int
    british: int
    other: int
    rejected: int
    repeated: int
    generation: int | None


class Span(NamedTuple):
    """The messages of a micro-batch in a partition."""

    batch: int
    partition: int
    first: int
    next: int


class Generation(NamedTuple):
    """A model: the micro-batch that made it, its features, its centres (clusters, 2) and their weights (clusters,)."""

    generation: int
    batch: int
    features: str
    centres: Floats
    weights: Floats


@dataclass(frozen=True)
class Snapshot:
    """The content of the view at one moment; `rows` come by partition and offset."""

    rows: Iterable[Row]
    batches: Sequence[Batch]
    spans: Sequence[Span]
    progress: Mapping[int, tuple[int, int]]
    """First and next offset of each partition."""
    received: Mapping[tuple[str, int, int], int]
    """Highest row by source, run and partition."""
    generations: Sequence[Generation]
    state: tuple[int, int | None]
    """Last micro-batch and generation."""
    differences: Mapping[str, int] = field(default_factory=dict)
    resent: Mapping[Place, Place] = field(default_factory=dict)
    """The place of a rejected message and the place where it was sent again."""
    erased: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """By customer (SHA-256, hexadecimal) and partition, the offset below which the customer is erased."""
    customers: Mapping[str, Customer] | None = None
    """None if they are not checked."""
    invoices: Mapping[str, set[str]] = field(default_factory=dict)
    """The invoices that count as purchases of each customer."""
    members: Collection[str] = ()
    """The customers in Segment_Members."""
    newest_sale: dt.datetime | None = None
    unlike: Mapping[str, Sequence[tuple[Any, ...]]] = field(default_factory=dict)
    """By table, the rows of a summary that are not what the lines add up to, on either side."""


def moment(milliseconds: int) -> dt.datetime:
    """Return a Kafka timestamp as in the tables."""
    return EPOCH + dt.timedelta(milliseconds=milliseconds)
