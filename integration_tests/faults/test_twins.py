"""Two instances of a service that should run once."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.outcomes import Fault
from harness.stack import NAME, ROOT, Stack, kill, wait_until
from harness.streaming import Run, assert_healthy, assert_succeeded, begin, send, short

RATE = 1_000
MID_STREAM = 2_000
SLOW = 200  # rows per second: the second producer first reads what the topic holds


@pytest.fixture
def twin_processors(stack: Stack) -> Iterator[Stack]:
    """A second processor, started by accident."""
    scale(stack, "processor", 2)
    wait_until(lambda: assert_healthy(stack), seconds=120)
    yield stack
    scale(stack, "processor", 1)


def scale(stack: Stack, service: str, count: int, **settings: str) -> None:
    """Run this many containers of a service; running ones stay as they are."""
    alone = ("--no-build", "--no-deps", "--no-recreate")
    stack.compose("up", "--detach", *alone, "--scale", f"{service}={count}", service, check=True, **settings)


def test_two_processors_store_each_line_once(twin_processors: Stack) -> None:
    """Of two processors at once one is killed in mid-stream; the other continues, no row is missing or stored twice."""
    stack = twin_processors
    fault = Fault(stack, "two processors, one of them killed")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    survivor, victim = stack.containers("processor")
    kill(victim)
    fault.struck()
    fault.assert_survived(run)
    after = {container["Id"]: container["RestartCount"] for container in stack.containers("processor")}
    assert after == {survivor["Id"]: survivor["RestartCount"], victim["Id"]: victim["RestartCount"] + 1}


@pytest.fixture
def second_project(stack: Stack, tmp_path: Path) -> Iterator[Stack]:
    """A project in the shared stack's network, whose producer has its own volume."""
    network = tmp_path / "network.yaml"
    network.write_text(f"networks: {{stack: {{external: true, name: {NAME}_stack}}}}\n", encoding="utf-8")
    second_project = replace(stack, name=f"{NAME}-second", files=(ROOT / "compose.yaml", network))
    yield second_project
    second_project.down()


def test_a_second_producer_on_the_same_volume_is_kept_out(stack: Stack) -> None:
    """The second producer reports that another is running and sends nothing; the first one completes."""
    fault = Fault(stack, "two producers on one volume")
    run = begin(stack, RATE, short())
    settings = {"RUN": str(run.number), "ROWS_PER_SECOND": str(RATE), "DATA_DIR": str(short().folder)}
    scale(stack, "producer", 2, **settings)
    fault.struck()

    def assert_refused() -> None:
        assert "Another producer is running on the same volume" in stack.logs("producer")

    wait_until(assert_refused)
    run.wait_for(run.lines)
    scale(stack, "producer", 1, **settings)
    fault.assert_survived(run)
    assert run.sent() == run.lines


@pytest.mark.thorough
def test_what_a_second_producer_sends_again_is_rejected(stack: Stack, second_project: Stack) -> None:
    """Two producers send the same file at once: each row is stored once, each repetition is rejected."""
    fault = Fault(stack, "two producers on two volumes")
    run = begin(stack, SLOW, short())
    send(Run(second_project, run.number, run.begins, run.lines), SLOW, short())
    fault.struck()
    wait_until(lambda: assert_succeeded(stack))
    wait_until(lambda: assert_succeeded(second_project))
    assert run.sent() > run.lines
    fault.assert_survived(run, rejects=run.sent() - run.lines)


def test_db_init_while_streaming_is_harmless(stack: Stack) -> None:
    """db-init runs three times while lines stream, exits with code 0 each time, and the processor continues."""
    fault = Fault(stack, "db-init during the stream")
    before = stack.container("processor")["RestartCount"]
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM // 2)
    for _ in range(3):
        stack.compose("run", "--rm", "--no-deps", "-T", "db-init")
        fault.struck()
    fault.assert_survived(run)
    assert stack.container("processor")["RestartCount"] == before
