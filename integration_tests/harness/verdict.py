"""The oracle's verdict on the stack under test."""

from collections.abc import Collection, Mapping

from harness.sample import Line
from harness.stack import Stack
from oracle import Verdict, judge


def verdict(stack: Stack, sales: Mapping[int, Collection[Line]] | None = None, *, has_grown: bool = False) -> Verdict:
    """Return what the oracle finds, once the stack has caught up; `sales` are those of runs that are complete."""
    with stack.connect() as connection:
        return judge(stack.kafka, connection, sales=sales, has_grown=has_grown)
