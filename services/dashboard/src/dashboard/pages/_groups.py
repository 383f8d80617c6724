"""The groups of customers, as several pages need them."""

import datetime as dt
from decimal import Decimal
from typing import NamedTuple

from dashboard.edges.mariadb import Row
from dashboard.snapshots import Reading
from dashboard.statements import statements
from dashboard.tables import Cells, Column, Group

SQL = statements(__package__)
SEGMENTS = SQL("segments")

NO_GROUP = "no group"

MEMBER_COLUMNS = (
    Column("customer", "customer"),
    Column("pounds", "pounds"),
    Column("invoices"),
    Column("days since"),
)


class Segment(NamedTuple):
    """A group: medians, and shares of all customers in groups and of their turnover in pounds."""

    segment: int
    name: str
    customers: int
    share: float
    median_recency: float
    median_frequency: float
    median_monetary: Decimal
    turnover: Decimal
    turnover_share: float
    as_of: dt.datetime

    @property
    def group(self) -> Group:
        """Its cell in a table."""
        return Group(self.segment, self.name)


def segments(reading: Reading) -> tuple[Segment, ...]:
    """Return the groups of the last grouping; none before the first."""
    return tuple(Segment(**row) for row in reading.rows(SEGMENTS))


def member(row: Row) -> Cells:
    """Return a customer's cells for `MEMBER_COLUMNS`."""
    return row["CustomerID"], row["monetary"], row["frequency"], row["recency"]
