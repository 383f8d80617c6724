"""Erase a customer from the view: the lines stay, without the CustomerID.

    python -m db_init.erase CUSTOMER

The topic keeps every message; docs/operations.md describes how to remove a customer from it.
"""

import hashlib
import logging
import sys
from functools import partial
from typing import NamedTuple

from pymysql.cursors import Cursor

from common.errors import UserError
from db_init import migrate, program
from db_init.database import locked_state, opened
from db_init.settings import Settings

# A reason quotes the wrong value, which may be a customer's number in another column.
CLEAR_MESSAGES = """
    UPDATE Rejected_Online_Retail SET message = NULL, reason = REGEXP_REPLACE(reason, "(?s)'.*'", "'...'")
    WHERE message IS NOT NULL OR reason REGEXP "(?s)'.*'"
"""
MAX_LENGTH = 32  # characters, as the column CustomerID

log = logging.getLogger("db-init")


class Erasure(NamedTuple):
    """The number of changed rows, and the lag after the last micro-batch."""

    british: int
    other: int
    rejected: int
    lag: int

    def __str__(self) -> str:
        return (
            f"erased from {self.british + self.other:,} lines ({self.british:,} British, {self.other:,} other); "
            f"{self.rejected:,} rejected messages, which may name any customer, are cleared"
        )


def main() -> int:
    """Erase the customer that the command names; return the exit code."""
    return program.run(partial(erase, arguments=sys.argv[1:]))


def erase(chosen: Settings, arguments: list[str]) -> None:
    """Erase the customer that the arguments name, in one transaction under the stream's lock."""
    customer = named_in(arguments)
    with opened(chosen) as cursor:
        migrate.migrate(cursor, migrate.read())
        with locked_state(cursor):
            erasure = erase_customer(cursor, customer)
    log.info("customer %r: %s", customer, erasure)
    if not erasure.british + erasure.other:
        log.warning("no line has customer %r: check the number against the column CustomerID", customer)
    if erasure.lag:
        log.warning("%s messages are not read yet: erase again when the lag is 0", f"{erasure.lag:,}")


def named_in(arguments: list[str]) -> str:
    """Return the only argument; raise a `UserError` if it cannot be a CustomerID."""
    if len(arguments) != 1 or not 0 < len(arguments[0]) <= MAX_LENGTH or not _is_text(arguments[0]):
        raise UserError(f"Name one customer, of at most {MAX_LENGTH} characters: make erase CUSTOMER=12345")
    return arguments[0]


def _is_text(argument: str) -> bool:
    """Return whether an argument was UTF-8: Python keeps other bytes as lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in argument)


def erase_customer(cursor: Cursor, customer: str) -> Erasure:
    """Erase a customer from the view, and record the offsets up to which it holds."""
    cursor.execute("SELECT COUNT(*) FROM Stream_Progress")
    if cursor.fetchone() == (0,):
        raise UserError("The view holds no message yet: erase once the processor has caught up")
    _delete_totals(cursor, customer)
    return Erasure(
        british=cursor.execute("UPDATE British_Online_Retail SET CustomerID = NULL WHERE CustomerID = %s", (customer,)),
        other=cursor.execute("UPDATE Other_Online_Retail SET CustomerID = NULL WHERE CustomerID = %s", (customer,)),
        rejected=cursor.execute(CLEAR_MESSAGES),
        lag=_record(cursor, hashlib.sha256(customer.encode()).hexdigest()),
    )


def _delete_totals(cursor: Cursor, customer: str) -> None:
    """Delete a customer's rows in all other tables, and request a grouping without the customer."""
    cursor.execute("DELETE FROM Customer_Sales WHERE CustomerID = %s", (customer,))
    cursor.execute("DELETE FROM Customer_Invoices WHERE CustomerID = %s", (customer,))
    cursor.execute("DELETE FROM Segment_Members WHERE CustomerID = %s", (customer,))
    cursor.execute("DELETE FROM Customer_Moves WHERE CustomerID = %s", (customer,))
    cursor.execute("UPDATE Grouping_State SET batch = 0 WHERE id = 1")


def _record(cursor: Cursor, digest: str) -> int:
    """Record the erasure, at least up to the offsets of an earlier one; return the lag after the last micro-batch."""
    cursor.execute(
        "INSERT INTO Erased_Customers (customer, kafka_partition, next_offset, erased_at)"
        " SELECT %s, kafka_partition, next_offset, UTC_TIMESTAMP(3) FROM Stream_Progress"
        " ON DUPLICATE KEY UPDATE next_offset = GREATEST(Erased_Customers.next_offset, VALUES(next_offset)),"
        " erased_at = VALUES(erased_at)",
        (digest,),
    )
    cursor.execute("SELECT lag FROM Batch_Log JOIN Stream_State ON batch = last_batch")
    return sum(lag for (lag,) in cursor.fetchall())


if __name__ == "__main__":
    sys.exit(main())
