"""The processor's program with injected faults: each strikes once, at its place, when a file orders it.

A test writes the fault's name into /sabotage/order. The product has no code for this: its functions are wrapped here.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pymysql.connections import Connection

from processor.__main__ import main  # type: ignore[import-not-found]
from processor.batch.transaction import Transaction  # type: ignore[import-not-found]
from processor.stream.writer import Writer  # type: ignore[import-not-found]

ORDER = Path("/sabotage/order")
REACHED = Path("/sabotage/reached")  # exists while a batch is held; the test removes it
HELD_SECONDS = 100  # at most: less than the processor's own time limit


def is_ordered(fault: str) -> bool:
    """Return whether this fault is ordered, and remove the order."""
    if not ORDER.exists() or ORDER.read_text(encoding="utf-8") != fault:
        return False
    ORDER.unlink()
    return True


def die(fault: str) -> None:
    """Kill this process here, if that is ordered."""
    if is_ordered(fault):
        os.kill(os.getpid(), signal.SIGKILL)


def hold(fault: str) -> None:
    """Wait until the test lets the batch go on, if that is ordered."""
    if is_ordered(fault):
        REACHED.touch()
        until = time.monotonic() + HELD_SECONDS
        while REACHED.exists() and time.monotonic() < until:
            time.sleep(0.1)


def load(real: Callable[..., None]) -> Callable[..., None]:
    """Wrap `Transaction.load`, which is called for each table."""

    def wrapped(self: Any, table: str, lines: Any) -> None:
        if table == "British_Online_Retail":
            die("killed before the load")
            lines = too_long(lines) if is_ordered("given a text too long for its column") else lines
        if table == "Other_Online_Retail":
            die("killed between the tables")
            hold("held between the tables")
        real(self, table, lines)

    return wrapped


def too_long(lines: Any) -> Any:
    """Return a batch's lines with descriptions that MariaDB would truncate, as LOAD DATA LOCAL allows."""
    place = lines.column_names.index("Description")
    return lines.set_column(place, "Description", pa.array(["x" * 1001] * lines.num_rows))


def advance(real: Callable[..., None]) -> Callable[..., None]:
    """Wrap `Transaction.advance`, the last statements before the commit."""

    def wrapped(self: Any, *arguments: Any) -> None:
        real(self, *arguments)
        die("killed before the commit")

    return wrapped


def commit(real: Callable[..., None]) -> Callable[..., None]:
    """Wrap the connection's commit."""

    def wrapped(self: Any) -> None:
        real(self)
        die("killed right after the commit")

    return wrapped


def hand_over(real: Callable[..., None]) -> Callable[..., None]:
    """Wrap `Writer.hand_over`, by which Spark's thread passes on a batch."""

    def wrapped(self: Any, batch: Any) -> None:
        real(self, batch)
        if is_ordered("handed over twice"):
            real(self, batch)

    return wrapped


if __name__ == "__main__":
    Transaction.load = load(Transaction.load)
    Transaction.advance = advance(Transaction.advance)
    Writer.hand_over = hand_over(Writer.hand_over)
    Connection.commit = commit(Connection.commit)  # type: ignore[method-assign]
    sys.exit(main())
