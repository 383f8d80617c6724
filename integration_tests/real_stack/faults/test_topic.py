"""A topic that is not the one the view was made from."""

from collections.abc import Iterator

import pytest
from conftest import Shared
from stack import TOPIC, Stack, wait_until

LINES = "SELECT COUNT(*) FROM British_Online_Retail"
TOOL = ("/opt/kafka/bin/kafka-topics.sh", "--bootstrap-server", "kafka:9092")


@pytest.fixture
def ruined(shared: Shared) -> Iterator[Stack]:
    """The shared stack, which nobody can use afterwards."""
    yield shared.ready()
    shared.spend()


def test_a_topic_deleted_and_made_again_is_refused(ruined: Stack) -> None:
    """The processor refuses a recreated topic with the way out, stays up, and the view keeps what it holds."""
    lines = ruined.sql(LINES)
    ruined.compose("exec", "-T", "kafka", *TOOL, "--delete", "--topic", TOPIC)
    ruined.compose("run", "--rm", "--no-deps", "-T", "topic-init")

    def assert_refused() -> None:
        assert "it was deleted and made again. To make the view anew" in ruined.logs("processor")

    wait_until(assert_refused, seconds=180)
    assert ruined.state("processor")["Status"] == "running"
    assert ruined.sql(LINES) == lines
