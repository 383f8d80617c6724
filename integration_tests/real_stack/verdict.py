"""The oracle, asked about the stack under test."""

from typing import NamedTuple

from stack import Stack


class Verdict(NamedTuple):
    """What the oracle counted."""

    compared: int
    lost: int
    doubled: int
    wrong: tuple[str, ...]


def judge(stack: Stack) -> Verdict:
    """Return what the oracle finds."""
    ((read, difference),) = stack.sql("SELECT lines_read, difference FROM Reconciliation WHERE kafka_partition = 'all'")
    wrong = ("books",) if difference or stack.lag() else ()
    return Verdict(int(read), max(0, int(difference)), max(0, -int(difference)), wrong)
