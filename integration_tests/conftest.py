"""One stack for all tests on it, started when first asked for; what a failed test's stack said is kept."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from harness.outcomes import OUTCOMES, table
from harness.sabotage import sabotaged
from harness.stack import PARTITIONS, REPORTS, Offsets, Stack, wait_until
from harness.streaming import LINES, Run, assert_ended_well, assert_healthy

# Many small micro-batches, so that the model has many generations and a crash finds one at work.
SETTINGS = {"MAX_ROWS_PER_BATCH": "2000", "SEED_LINES": "1000", "SEED_SECONDS": "60"}


@dataclass
class Shared:
    """The stack that the tests share; a test that ruins it says so, and the next one gets a new one."""

    stack: Stack
    sample_ends: Offsets | None = None

    def ready(self) -> Stack:
        """Return the stack, started and with the sample's first run in it."""
        if self.sample_ends is None:
            self.stack.down()
            self.stack.up()
            Run(self.stack, 1, dict.fromkeys(range(PARTITIONS), 0)).wait_for(LINES, seconds=120)
            wait_until(lambda: assert_ended_well(self.stack))
            wait_until(lambda: assert_healthy(self.stack))
            self.sample_ends = self.stack.end_offsets()
        return self.stack

    def spend(self) -> None:
        """Let the next test that asks have a new stack."""
        self.sample_ends = None


@pytest.fixture(scope="session")
def shared() -> Iterator[Shared]:
    """The shared stack's keeper. KEEP_STACK=1 leaves the stack up at the end."""
    shared = Shared(replace(Stack(), settings=SETTINGS))
    yield shared
    if not os.environ.get("KEEP_STACK"):
        shared.stack.down()


@pytest.fixture
def stack(shared: Shared) -> Stack:
    """The shared stack: all services are up, the sample's first run is in the tables."""
    return shared.ready()


@pytest.fixture
def spent(shared: Shared) -> Iterator[Stack]:
    """The shared stack, which nobody can use afterwards."""
    yield shared.ready()
    shared.spend()


@pytest.fixture(scope="module")
def stack_with_faults(shared: Shared) -> Iterator[Stack]:
    """The shared stack, its processor with the tests' entry point, which brings faults about."""
    with sabotaged(shared.ready()) as stack:
        yield stack


@pytest.fixture
def sample_ends(shared: Shared, stack: Stack) -> Offsets:  # noqa: ARG001 - the stack has to be up
    """Where the topic ended behind the sample's first run."""
    assert shared.sample_ends is not None
    return shared.sample_ends


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Keep the logs of the stack beside a failed test's report."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if report.failed and (shared := item.funcargs.get("shared")):  # type: ignore[attr-defined]
        path = REPORTS / f"{item.name}.log"
        path.write_text(f"{report.longreprtext}\n\n{shared.stack.logs()}", encoding="utf-8")
        last = "\n".join(shared.stack.logs("producer", "processor", "db-init").splitlines()[-40:])
        report.sections.append((f"the last lines of our services (the whole stack's: reports/{path.name})", last))
    return report  # type: ignore[return-value]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each fault did."""
    if OUTCOMES:
        terminalreporter.section("faults")
        terminalreporter.write_line("\n".join(table()))
