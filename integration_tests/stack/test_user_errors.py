"""Errors of the user who runs the stack: each is logged once, shown as unhealthy, and not repeated."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from harness.shared import Shared
from harness.stack import NAME, REPORTS, ROOT, Stack, wait_until

EX_CONFIG = 78
# In the shared stack's network, with earlier health checks than the product's.
OVERRIDE = """
networks: {stack: {external: true, name: %s_stack}}
services:
  processor: &soon {healthcheck: {interval: 2s, start_period: 2s}}
  producer: *soon
"""
TWO_WORKBOOKS = REPORTS / "two-workbooks"  # the only place of the checkout that tests may write to


@dataclass(frozen=True)
class Case:
    """A service, its wrong settings, and texts that its log must have."""

    name: str
    service: str
    settings: dict[str, str]
    texts: tuple[str, ...]


CASES = [
    Case(
        "two-wrong-settings", "processor", {"CLUSTERS": "abc", "DECAY": "2"},
        ("CLUSTERS='abc': a whole number from 2 to 100", "DECAY='2': a number from 0 to 1"),
    ),
    Case(
        "wrong-password", "processor", {"MARIADB_PROCESSOR_PASSWORD": "wrong"},
        ("the password is wrong: set MARIADB_PROCESSOR_PASSWORD in .env",),
    ),
    Case(
        "another-model", "processor", {"CLUSTERS": "3"},
        ("The stored model has 5 clusters of log features, the settings ask for 3 of log: set CLUSTERS=5",),
    ),
    Case(
        "negative-rate", "producer", {"ROWS_PER_SECOND": "-1"}, ("ROWS_PER_SECOND='-1': 0 (no limit) to 1000000",)
    ),
    Case(
        "no-such-workbook", "producer", {"WORKBOOK": "missing.xlsx"},
        ("/data/missing.xlsx does not exist: put the workbook there, or correct WORKBOOK or DATA_DIR",),
    ),
    Case(
        "two-workbooks", "producer", {"DATA_DIR": str(TWO_WORKBOOKS)},
        ("/data holds 2 workbooks (a.xlsx, b.xlsx): set WORKBOOK to the one to stream",),
    ),
]  # fmt: skip


def neighbour(case: Case, shared: Stack, folder: Path) -> Stack:
    """Return a project of a single service in the shared stack's network."""
    override = folder / "override.yaml"
    override.write_text(OVERRIDE % NAME, encoding="utf-8")
    return replace(shared, name=f"{NAME}-{case.name}", files=(ROOT / "compose.yaml", override))


@pytest.fixture(scope="module")
def wrong(shared: Shared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Stack]]:
    """A service per case, all started at once to save time."""
    stack, folder = shared.ready(), tmp_path_factory.mktemp("user_errors")
    TWO_WORKBOOKS.mkdir(exist_ok=True)
    for name in ("a.xlsx", "b.xlsx"):
        (TWO_WORKBOOKS / name).touch()
    stacks = {case.name: neighbour(case, stack, folder) for case in CASES}
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda case: stacks[case.name].up(case.service, **case.settings), CASES))
        yield stacks
        list(pool.map(Stack.down, stacks.values()))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_user_error_is_logged_and_shown_and_not_repeated(case: Case, wrong: dict[str, Stack]) -> None:
    """The log has the error, no traceback; the container is up and unhealthy, never restarts, and ends with 78."""
    stack, service = wrong[case.name], case.service

    def assert_unhealthy() -> None:
        state = stack.state(service)
        assert (state["Status"], state["Health"]["Status"]) == ("running", "unhealthy"), stack.logs(service)

    wait_until(assert_unhealthy, seconds=240)

    def assert_logged() -> None:
        log = stack.logs(service)
        assert [text for text in case.texts if text not in log] == []

    # On a busy machine a container may be unhealthy before its program has begun.
    wait_until(assert_logged, seconds=60)
    log = stack.logs(service)
    assert "Traceback" not in log
    stack.compose("stop", service)
    assert (stack.state(service)["ExitCode"], stack.container(service)["RestartCount"]) == (EX_CONFIG, 0)


def test_other_services_are_unharmed(wrong: dict[str, Stack], stack: Stack) -> None:
    """The stack's services stay up and healthy beside those with a user error."""
    assert wrong
    health = {
        container["Config"]["Labels"]["com.docker.compose.service"]: container["State"]["Health"]["Status"]
        for container in stack.containers("kafka", "mariadb", "adminer", "processor")
    }
    assert health == dict.fromkeys(("kafka", "mariadb", "adminer", "processor"), "healthy")


@pytest.mark.parametrize(("service", "setting"), [("processor", "CLUSTERS=abc"), ("producer", "ROWS_PER_SECOND=-1")])
def test_alone_a_service_with_a_user_error_ends_at_once(stack: Stack, service: str, setting: str) -> None:
    """Without ON_USER_ERROR=hold a user error ends the process with exit code 78."""
    words = ("run", "--rm", "--no-deps", "-T", "-e", "ON_USER_ERROR=exit", "-e", setting, service)
    assert stack.compose(*words, check=False).returncode == EX_CONFIG
