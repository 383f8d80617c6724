"""Processors with an entry point of the tests, and faults injected at chosen places of its code.

The entry points are in `faults/entry/`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from harness.stack import REPORTS, ROOT, Stack, wait_until
from harness.streaming import assert_healthy

FOLDER = REPORTS / "sabotage"
ORDER, REACHED = FOLDER / "order", FOLDER / "reached"
OVERRIDES = ROOT / "integration_tests/faults"


@contextmanager
def processor_of(stack: Stack, entry: str) -> Iterator[Stack]:
    """Give the stack with an entry point of the tests in its processor; restore the product's own at the end."""
    changed = replace(stack, files=(*stack.files, OVERRIDES / f"{entry}.yaml"))
    changed.up("processor")
    wait_until(lambda: assert_healthy(changed), seconds=120)
    yield changed
    stack.up("processor")
    wait_until(lambda: assert_healthy(stack), seconds=120)


@contextmanager
def sabotaged(stack: Stack) -> Iterator[Stack]:
    """Give the stack with a processor in which faults can be ordered."""
    FOLDER.mkdir(exist_ok=True)
    FOLDER.chmod(0o777)  # the processor's user removes the order
    cancel_orders()
    with processor_of(stack, "sabotaged") as changed:
        yield changed
    cancel_orders()


def order(fault: str) -> None:
    """Order a fault: it strikes when the next micro-batch reaches its place."""
    draft = ORDER.with_suffix(".draft")
    draft.write_text(fault, encoding="utf-8")
    draft.rename(ORDER)


def wait_until_carried_out(seconds: float = 60) -> None:
    """Wait until the fault has struck."""

    def check() -> None:
        assert not ORDER.exists()

    wait_until(check, seconds)


@contextmanager
def batch_held() -> Iterator[None]:
    """Hold a micro-batch between two of its tables, with its transaction open, until the end of the block."""
    order("held between the tables")

    def check() -> None:
        assert REACHED.exists()

    wait_until(check)
    try:
        yield
    finally:
        REACHED.unlink()


def cancel_orders() -> None:
    """Remove the order."""
    ORDER.unlink(missing_ok=True)
    REACHED.unlink(missing_ok=True)
