"""Connections to the servers cut, delayed and dropped."""

import time
from collections.abc import Iterator

import pytest

from harness.outcomes import Fault
from harness.proxy import Proxy, proxied
from harness.shared import Shared
from harness.stack import Stack
from harness.streaming import begin, short

pytestmark = pytest.mark.thorough

RATE = 1_000
MID_STREAM = 2_000

type Network = tuple[Stack, Proxy]


@pytest.fixture(scope="module")
def network(shared: Shared) -> Iterator[Network]:
    """The shared stack with the proxy in it."""
    with proxied(shared.ready()) as network:
        yield network


def test_connections_to_mariadb_cut_within_a_load(network: Network) -> None:
    """Each connection closes after 40,000 bytes, which no load fits into: afterwards the batch is committed."""
    stack, proxy = network
    fault = Fault(stack, "MariaDB's connection cut within a load")
    run = begin(stack, RATE, short())
    run.wait_for(MID_STREAM)
    with proxy.toxic("mariadb", "limit_data", "upstream", bytes=40_000):
        fault.struck()
        fault.assert_logged("processor", "Lost connection to MySQL server during query")
    fault.ended()
    fault.assert_survived(run)


@pytest.mark.parametrize("server", ["mariadb", "kafka"])
def test_connections_refused_for_a_while(network: Network, server: str) -> None:
    """Connections are cut and refused, three times in mid-stream: the stream continues each time."""
    stack, proxy = network
    fault = Fault(stack, f"{server} cut off for 2 s")
    run = begin(stack, RATE // 2, short())
    run.wait_for(MID_STREAM // 2)
    for _ in range(3):
        with proxy.cut(server):
            fault.struck()
            time.sleep(2)
        fault.ended()
        time.sleep(1)
    fault.assert_survived(run)


@pytest.mark.parametrize(("server", "delay"), [("mariadb", 100), ("kafka", 200)])
def test_every_answer_comes_late(network: Network, server: str, delay: int) -> None:
    """The server's answers take a tenth of a second and more: the stream is slower and still correct."""
    stack, proxy = network
    fault = Fault(stack, f"{server} delayed by {delay} ms")
    run = begin(stack, RATE, short())
    with proxy.toxic(server, "latency", latency=delay, jitter=delay // 2):
        fault.struck()
        fault.assert_survived(run)


@pytest.mark.parametrize("server", ["mariadb", "kafka"])
def test_a_silent_connection_is_closed(network: Network, server: str) -> None:
    """Answers are dropped, and after three seconds the connection is closed: the stream continues."""
    stack, proxy = network
    fault = Fault(stack, f"{server} silent for 10 s")
    run = begin(stack, RATE // 2, short())
    run.wait_for(MID_STREAM // 4)
    with proxy.toxic(server, "timeout", timeout=3_000):
        fault.struck()
        time.sleep(10)
    fault.ended()
    fault.assert_survived(run)
