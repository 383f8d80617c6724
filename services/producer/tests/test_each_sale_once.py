"""Any sequence of starts, crashes and faults: each sale is stored exactly once, whatever file it comes in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from broker import Broker
from files import Content, canonical, content, sales
from hypothesis import given, settings
from hypothesis import strategies as st
from shop import LINES, Shop

type File = Sequence[Sequence[Content]]
"""The contents of each sheet."""

INVOICES = ("536365", "536366", "C536367", "A1")
SALES = (*(content(invoice, code) for invoice in INVOICES for code in ("22423", "85123A")), content("1", date="soon"))


class Story:
    """A shop, its files by name, and the events."""

    def __init__(self, directory: str, partitions: int, files: Mapping[str, File]) -> None:
        self.shop = Shop(Path(directory), Broker(**{LINES: partitions}))
        self.files = files
        self.csvs = {name: canonical(self.shop.volume, *file) for name, file in files.items()}

    def start(self, name: str, run: int) -> None:
        """Start: the topic then has, of each content, the larger of the file's count and its own before."""
        most = self.shop.accepted(run) | sales(*self.files[name])
        self.shop.start(self.csvs[name], run)
        assert self.shop.accepted(run) == most

    def crash(self, name: str, run: int, messages: int, in_flight: Sequence[int]) -> None:
        """Start and crash: the topic then has at most that many."""
        most = self.shop.accepted(run) | sales(*self.files[name])
        self.shop.start_until_crash(self.csvs[name], messages, run, in_flight)
        assert self.shop.accepted(run) <= most

    def crash_in_reading(self, name: str, polls: int) -> None:
        """Start and crash before anything is sent."""
        self.shop.start_and_crash_in_reading(self.csvs[name], polls)

    def recreate_in_mid_stream(self, name: str, messages: int, partitions: int) -> None:
        """Start while the topic is recreated."""
        self.shop.start_while_the_topic_is_recreated(self.csvs[name], messages, partitions)

    def happen(self, event: str, *arguments: Any) -> None:
        """Call a method of the shop between two starts."""
        getattr(self.shop, event)(*arguments)


sheets = st.lists(st.sampled_from(SALES), max_size=12)
files = st.lists(sheets, min_size=1, max_size=3).filter(any)
some, partitions = st.integers(0, 20), st.integers(1, 4)
names, runs = st.sampled_from("abc"), st.integers(1, 2)


def event(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a method of a story and its arguments."""
    return st.tuples(st.just(name), *arguments)


events = st.one_of(
    event("start", names, runs),
    event("crash", names, runs, some, st.lists(some, max_size=4)),
    event("crash_in_reading", names, some),
    event("recreate_in_mid_stream", names, some, partitions),
    event("happen", st.just("grow"), partitions),
    event("happen", st.just("recreate"), partitions),
    event("happen", st.just("truncate"), st.lists(some, max_size=4)),
    event("happen", st.just("lose_index")),
    event("happen", st.just("let_others_write"), st.lists(st.sampled_from(SALES), max_size=3)),
)


@settings(max_examples=50)  # a start takes some 30 ms
@given(st.fixed_dictionaries(dict.fromkeys("abc", files)), st.lists(events, max_size=8), partitions)
def test_each_sale_once(files: dict[str, File], events: list[tuple[Any, ...]], partitions: int) -> None:
    """Files that share lines, in any order; crashes, other senders, a topic that grows, is truncated or recreated.

    Each complete start sends exactly what is missing.
    """
    with TemporaryDirectory() as directory:
        story = Story(directory, partitions, files)
        for name, *arguments in (*events, *(("start", file, 1) for file in files)):
            getattr(story, name)(*arguments)
        assert all(story.shop.accepted() >= sales(*file) for file in files.values())
