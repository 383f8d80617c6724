"""Any story of starts, crashes and accidents: each sale is taken once, whatever file it comes in."""

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
    """A shop, its files by name, and what happens to them."""

    def __init__(self, directory: str, partitions: int, files: Mapping[str, File]) -> None:
        self.shop = Shop(Path(directory), Broker(**{LINES: partitions}))
        self.files = files
        self.csvs = {name: canonical(self.shop.volume, *file) for name, file in files.items()}

    def start(self, name: str, run: int) -> None:
        """Start once: the topic then has of each content as many as the file or itself, whichever had more."""
        most = self.shop.taken(run) | sales(*self.files[name])
        self.shop.start(self.csvs[name], run)
        assert self.shop.taken(run) == most

    def crash(self, name: str, run: int, messages: int, under_way: Sequence[int]) -> None:
        """Start and crash: the topic then has no more than that."""
        most = self.shop.taken(run) | sales(*self.files[name])
        self.shop.start_until_crash(self.csvs[name], messages, run, under_way)
        assert self.shop.taken(run) <= most

    def crash_in_reading(self, name: str, polls: int) -> None:
        """Start and crash before anything is sent."""
        self.shop.start_and_crash_in_reading(self.csvs[name], polls)

    def remake_in_mid_stream(self, name: str, messages: int, partitions: int) -> None:
        """Start, while the topic is made again."""
        self.shop.start_while_the_topic_is_remade(self.csvs[name], messages, partitions)

    def befall(self, accident: str, *arguments: Any) -> None:
        """Let something happen between two starts."""
        getattr(self.shop, accident)(*arguments)


sheets = st.lists(st.sampled_from(SALES), max_size=12)
files = st.lists(sheets, min_size=1, max_size=3).filter(any)
some, partitions = st.integers(0, 20), st.integers(1, 4)
names, runs = st.sampled_from("abc"), st.integers(1, 2)


def event(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    """Return a method of a story, and arguments for it."""
    return st.tuples(st.just(name), *arguments)


events = st.one_of(
    event("start", names, runs),
    event("crash", names, runs, some, st.lists(some, max_size=4)),
    event("crash_in_reading", names, some),
    event("remake_in_mid_stream", names, some, partitions),
    event("befall", st.just("grow"), partitions),
    event("befall", st.just("remake"), partitions),
    event("befall", st.just("lose_end"), st.lists(some, max_size=4)),
    event("befall", st.just("lose_index")),
    event("befall", st.just("let_others_write"), st.lists(st.sampled_from(SALES), max_size=3)),
)


@settings(max_examples=50)  # a start takes some 30 ms
@given(st.fixed_dictionaries(dict.fromkeys("abc", files)), st.lists(events, max_size=8), partitions)
def test_each_sale_once(files: dict[str, File], events: list[tuple[Any, ...]], partitions: int) -> None:
    """Files that share lines, in any order; crashes, others who write, a topic that grows, shortens or is another.

    Each complete start sends what is missing and no more.
    """
    with TemporaryDirectory() as directory:
        story = Story(directory, partitions, files)
        for name, *arguments in (*events, *(("start", file, 1) for file in files)):
            getattr(story, name)(*arguments)
        assert all(story.shop.taken() >= sales(*file) for file in files.values())
