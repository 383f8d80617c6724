"""Where the stream resumes: a topic of contract 1 is refused."""

from __future__ import annotations

from typing import Any

import pytest
from fake_store import FakeStore

from common.errors import UserError
from processor.batch.commit import Clustering
from processor.stream.resume import resume


class Topic:
    """The view's topic, whose messages may be of contract 1."""

    name = "online-retail"

    def __init__(self, store: FakeStore, *, is_of_contract_1: bool) -> None:
        self.snapshot, self._is_of_contract_1 = store.snapshot, is_of_contract_1

    def is_of_contract_1(self, _: Any) -> bool:
        """Return whether it is."""
        return self._is_of_contract_1

    def fingerprints(self, _: Any) -> dict[Any, Any]:
        """Return none: nothing was read yet."""
        return {}


def resumed(*, is_of_contract_1: bool) -> Any:
    """Resume on an empty view."""
    store = FakeStore()
    topic: Any = Topic(store, is_of_contract_1=is_of_contract_1)
    return resume(store, topic, Clustering(2, "log", 1.0, "batches"))  # type: ignore[arg-type]


def test_a_topic_of_contract_1_is_refused_with_the_way_out() -> None:
    """The error names the topic and the commands that create a new one."""
    with pytest.raises(UserError, match=r"Topic online-retail .* contract 1, .*: docker compose down --volumes, then"):
        resumed(is_of_contract_1=True)


def test_any_other_topic_is_read_on() -> None:
    """The state is the view's."""
    assert resumed(is_of_contract_1=False).last_batch == 0
