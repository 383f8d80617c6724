"""One stack for all tests on it, started when first used; the logs of a failed test's stack are kept."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.mariadb_alone import mariadb_alone
from harness.outcomes import OUTCOMES, table
from harness.sabotage import sabotaged
from harness.shared import SETTINGS, Shared
from harness.stack import REPORTS, Offsets, Stack

# A stack takes most of a minute to start. In this order tests that ruin one come last, and those that read the whole
# topic, or run the oracle on it, find a short one.
ORDER = ("stack", "pages", "faults/test_topic", "stack/test_rebuild", "faults", "faults/test_producer_restarts")
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests into the order above."""
    items.sort(key=turn)


def turn(item: pytest.Item) -> int:
    """Return the place in ORDER of the longest path that a test is in; tests without a stack come first."""
    places = [place for place in ORDER if str(item.path).startswith(str(HERE / place))]
    return ORDER.index(max(places, key=len)) if places else -1


@pytest.fixture(scope="session")
def shared() -> Iterator[Shared]:
    """The shared stack. KEEP_STACK=1 leaves it up at the end."""
    shared = Shared(replace(Stack(), settings=SETTINGS))
    yield shared
    if not os.environ.get("KEEP_STACK"):
        shared.stack.down()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[Stack]:
    """A MariaDB beside the shared stack; each test file sets it up as it needs."""
    with mariadb_alone("mariadb", port=Stack.mariadb_port + 1) as alone:
        yield alone


@pytest.fixture
def stack(shared: Shared) -> Stack:
    """The shared stack: all services are up, the sample's first run is in the tables."""
    return shared.ready()


@pytest.fixture
def spent(shared: Shared) -> Iterator[Stack]:
    """The shared stack, which no other test can use afterwards."""
    yield shared.ready()
    shared.spend()


@pytest.fixture(scope="module")
def stack_with_faults(shared: Shared) -> Iterator[Stack]:
    """The shared stack, its processor with the tests' entry point, which injects faults."""
    with sabotaged(shared.ready()) as stack:
        yield stack


@pytest.fixture
def sample_ends(shared: Shared, stack: Stack) -> Offsets:  # noqa: ARG001 - the stack has to be up
    """The end offsets of the topic after the sample's first run."""
    assert shared.sample_ends is not None
    return shared.sample_ends


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Write the stack's logs to a file when a test fails, and the last lines into its report."""
    report: pytest.TestReport = yield  # type: ignore[assignment]
    if report.failed and (shared := item.funcargs.get("shared")):  # type: ignore[attr-defined]
        path = REPORTS / f"{item.name}.log"
        path.write_text(f"{report.longreprtext}\n\n{shared.stack.logs()}", encoding="utf-8")
        last = "\n".join(shared.stack.logs("producer", "processor", "db-init").splitlines()[-40:])
        report.sections.append((f"last log lines of our services (of the whole stack: reports/{path.name})", last))
    return report  # type: ignore[return-value]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what each fault did."""
    if OUTCOMES:
        terminalreporter.section("faults")
        terminalreporter.write_line("\n".join(table()))
