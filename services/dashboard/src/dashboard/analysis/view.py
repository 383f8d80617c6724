"""What k-means is run on: the lines and the customers of one snapshot of the view."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from common.errors import UserError
from dashboard.edges.mariadb import Rows
from dashboard.snapshots import STAND
from dashboard.statements import Statement, statements

type Floats = npt.NDArray[np.float64]

SQL = statements(__package__)
VALUES, MODEL, CUSTOMERS = SQL("values"), SQL("model"), SQL("customers")


class Points(NamedTuple):
    """Stored points, shape (points, dimensions), the number of occurrences of each, and the number of groups."""

    values: Floats
    weights: Floats
    groups: int


class Customers(NamedTuple):
    """Recency (days), frequency and monetary, shape (customers, 3), and the segment of each, -1 for none."""

    rfm: Floats
    segments: npt.NDArray[np.int64]


class Data(NamedTuple):
    """The last micro-batch, the British lines (Quantity and UnitPrice), their features (log or raw), the customers."""

    batch: int
    lines: Points
    features: str
    customers: Customers


def read(rows: Rows) -> Data:
    """Return the data of a snapshot; raise a `UserError` where there is none yet."""
    model, stand = rows.rows(MODEL), rows.rows(STAND)
    if not model or not stand:
        raise UserError("The view has no British lines yet: let the stream run first (docker compose up)")
    values, customers = _array(rows, VALUES), _array(rows, CUSTOMERS)
    if not len(customers):
        raise UserError("The view has no British customers yet: let the stream run first (docker compose up)")
    return Data(
        stand[0]["batch"],
        Points(values[:, :2], values[:, 2], model[0]["clusters"]),
        model[0]["features"],
        Customers(customers[:, :3], customers[:, 3].astype(np.int64)),
    )


def _array(rows: Rows, statement: Statement) -> Floats:
    """Return the rows of a query, whose columns are all numbers."""
    return np.array([tuple(row.values()) for row in rows.stream(statement)], dtype=np.float64)
