"""Where a run goes on: what the ledger says, and which lines are left."""

import json

import pytest

from producer import ledger
from producer.ledger import Entry, Extent
from producer.mistake import Mistake
from producer.publisher import partition_of


def entry(**changes: object) -> Entry:
    """Return an unfinished entry on two partitions, with changes."""
    plain = {"source": "a", "run": 1, "file": "a.xlsx", "rows": 9, "partitions": 2, "done": False}
    return Entry.model_validate({**plain, "start_offsets": (10, 20), "resume_rows": (3, 4), **changes})


@pytest.mark.parametrize(
    ("before", "run", "over"),
    [
        (None, 1, False),
        (None, 2, False),
        (entry(run=1, done=False), 1, False),
        (entry(run=1, done=True), 1, True),
        (entry(run=1, done=False), 2, False),
        (entry(run=1, done=True), 2, False),
        (entry(run=2, done=False), 2, False),
        (entry(run=2, done=True), 2, True),
        (entry(run=2, done=False), 1, True),
        (entry(run=2, done=True), 1, True),
        (entry(run=3, done=True), 2, True),
    ],
)
def test_run(before: Entry | None, run: int, over: bool) -> None:
    """A run is over once it, or a later one, is in the ledger as done, or a later one has begun."""
    assert ledger.is_over(before, run) is over


@pytest.mark.parametrize(
    ("before", "file", "sentence"),
    [
        (entry(done=True), "a.xlsx", "a.xlsx was streamed completely before, in run 1: nothing to send; set RUN=2 to"),
        (entry(done=True), "b.xlsx", "b.xlsx was streamed completely before (as a.xlsx), in run 1"),
        (
            entry(run=3),
            "a.xlsx",
            "a.xlsx is already in run 3, which is not complete: nothing to send for RUN=1; set RUN=3",
        ),
    ],
)
def test_farewell(before: Entry, file: str, sentence: str) -> None:
    """The sentence names the file, the name it had before, and the setting that forces another run."""
    assert ledger.farewell(before, file, 1).startswith(sentence)


@pytest.mark.parametrize(
    ("before", "ends", "sentence"),
    [
        (entry(), (10, 20), None),
        (entry(), (15, 99), None),
        (entry(), (9, 99), "Topic t is not the one into which run 1 of a.xlsx was streamed .*: set RUN=2 to"),
        (entry(done=True), (0, 0), "Topic t is not the one into which run 1 of a.xlsx was streamed .*: set RUN=2 to"),
        (
            entry(run=4),
            (99, 99, 0),
            "began with 2 partitions and topic t now has 3.*: set RUN=5 to stream a.xlsx again",
        ),
        (entry(done=True), (99, 99, 0), None),
        (entry(done=True, start_offsets=(0, 0)), (4, 5), None),
        (entry(done=True, start_offsets=(0, 0)), (4, 4), "Topic t is not the one .*: set RUN=2 to stream a.xlsx again"),
    ],
)
def test_topic(before: Entry, ends: tuple[int, ...], sentence: str | None) -> None:
    """A topic that cannot be the one of the entry's session is refused with the way out."""
    extent = Extent("id", (0,) * len(ends), ends)
    if sentence is None:
        ledger.check(before, "t", extent)
    else:
        with pytest.raises(Mistake, match=sentence):
            ledger.check(before, "t", extent)


def test_trimmed_topic() -> None:
    """A topic whose beginning is gone beyond the session's start cannot tell which rows it had."""
    with pytest.raises(Mistake, match="trimmed"):
        ledger.check(entry(), "t", Extent("id", (11, 0), (99, 99)))


@pytest.mark.parametrize("done", [False, True])
@pytest.mark.parametrize("partitions", [2, 3])
def test_a_remade_topic_is_refused_however_full(done: bool, partitions: int) -> None:
    """A topic with another id is another one, even where its offsets and its partitions would do."""
    before = entry(topic_id="old", done=done)
    full = (99,) * partitions
    with pytest.raises(Mistake, match=r"Topic t is not the one into which .*: set RUN=2 to stream a.xlsx again"):
        ledger.check(before, "t", Extent("new", (0,) * partitions, full))


@pytest.mark.parametrize("known", [None, "id"])
def test_the_same_topic(known: str | None) -> None:
    """A topic with the entry's id passes, and any where an older producer wrote the entry without one."""
    ledger.check(entry(topic_id=known), "t", Extent("id", (0, 0), (99, 99)))


def test_a_topic_that_lost_what_was_sent_is_refused() -> None:
    """A session whose acknowledged rows were gone before its end left a gap: nothing can go on there."""
    with pytest.raises(Mistake, match=r"Topic t is not the one"):
        ledger.check(entry(topic_id="id").voided(), "t", Extent("id", (0, 0), (99, 99)))


@pytest.mark.parametrize(
    ("ends", "done"),
    [((15, 25), True), ((16, 25), True), ((15, 25, 0), True), ((14, 25), False), ((15, 20), False), ((9, 25), False)],
)
def test_a_topic_that_is_shorter_than_its_ledger(ends: tuple[int, ...], done: bool) -> None:
    """A run counts as complete while the topic reaches as far as it did then; else what is missing is sent again."""
    complete = entry(topic_id="id").ended((15, 25))
    assert ledger.as_found(complete, Extent("id", (0,) * len(ends), ends)).done is done


@pytest.mark.parametrize(
    ("ends", "sentence"), [((10, 20), None), ((12, 25), None), ((9, 25), "restored from an older copy")]
)
def test_an_older_copy_of_the_topic(ends: tuple[int, int], sentence: str | None) -> None:
    """Where the topic is older than the ledger, a run goes on if its session's begin is there, else it is refused."""
    extent = Extent("id", (0, 0), ends)
    found = ledger.as_found(entry(topic_id="id").ended((15, 25)), extent)
    if sentence is None:
        ledger.check(found, "t", extent)
    else:
        with pytest.raises(Mistake, match=sentence):
            ledger.check(found, "t", extent)


def test_an_older_copy_of_topic_and_ledger() -> None:
    """A volume restored from an older copy holds both: what the ledger says of a session is true, and it goes on."""
    copied = entry(topic_id="id")
    extent = Extent("id", (0, 0), (12, 23))
    ledger.check(ledger.as_found(copied, extent), "t", extent)
    assert not ledger.is_over(copied, 1)


@pytest.mark.parametrize(
    ("others", "bounds"),
    [
        ([], (100, 200)),
        ([(5, 6)], (100, 200)),
        ([(10, 20)], (100, 200)),
        ([(30, 40)], (30, 40)),
        ([(10, 40)], (100, 40)),
        ([(30, 90), (60, 50)], (30, 50)),
        ([(30,)], (30, 200)),
        ([(999, 999)], (100, 200)),
    ],
)
def test_bounds(others: list[tuple[int, ...]], bounds: tuple[int, ...]) -> None:
    """A session's messages stand below the next offset at which another source's session began, else below the end."""
    known = [entry(), *(entry(source=str(n), start_offsets=starts) for n, starts in enumerate(others))]
    assert ledger.bounds(entry(), known, Extent("id", (0, 0), (100, 200))) == bounds


@pytest.mark.parametrize(("topic_id", "bound"), [("here", (30, 30)), (None, (30, 30)), ("elsewhere", (100, 200))])
def test_sessions_in_another_topic_bound_nothing(topic_id: str | None, bound: tuple[int, int]) -> None:
    """Offsets at which another source began in this topic's predecessor mean nothing in this one."""
    other = entry(source="b", topic_id=topic_id, start_offsets=(30, 30))
    assert ledger.bounds(entry(), [other], Extent("here", (0, 0), (100, 200))) == bound


@pytest.mark.parametrize(
    ("reached", "rows"),
    [
        ((0, 0), [1, 2, 3, 4, 5, 6]),
        ((5, 0), [2, 4, 6]),
        ((3, 4), [5, 6]),
        ((0, 6), [1, 3, 5]),
        ((5, 6), []),
    ],
)
def test_remaining(reached: tuple[int, int], rows: list[int]) -> None:
    """The lines above the row that their own partition has reached are left, in their order."""
    lines = [(row, b"", b"r") for row in range(1, 7)]
    partitions = iter([0, 1, 0, 1, 0, 1])
    left = ledger.remaining(lines, lambda _: next(partitions), reached)
    assert [row for _, row, _, _ in left] == rows


def test_ledger_keeps_the_latest() -> None:
    """Of a source's messages the last counts; one without a value takes the source away."""
    first, last = entry(), entry(done=True)
    messages = [(b"a", first), (b"b", first), (b"a", last)]
    written = [(key, value.model_dump_json().encode()) for key, value in messages]
    assert ledger.read([*written, (b"b", None)]) == {"a": last}


def test_ledger_json() -> None:
    """An entry is plain JSON, which a person can read in the topic."""
    assert json.loads(entry(topic_id="id").ended((15, 25)).model_dump_json()) == {
        "source": "a", "run": 1, "file": "a.xlsx", "rows": 9, "partitions": 2,
        "start_offsets": [10, 20], "resume_rows": [3, 4], "done": True,
        "topic_id": "id", "end_offsets": [15, 25], "void": False,
    }  # fmt: skip


def test_ledger_of_an_older_producer() -> None:
    """An entry from before topics had their ids in it is read."""
    written = (
        b'{"source":"a","run":1,"file":"a.xlsx","rows":9,"partitions":2,'
        b'"start_offsets":[10,20],"resume_rows":[3,4],"done":false}'
    )
    assert ledger.read([(b"a", written)]) == {"a": entry()}


def test_foreign_ledger() -> None:
    """A topic with other messages is no ledger: a sentence, not a traceback."""
    with pytest.raises(Mistake, match="delete that topic"):
        ledger.read([(b"k", b"hello")])


@pytest.mark.parametrize(
    ("key", "hashed"), [(b"21", -973932308), (b"foobar", -790332482), (b"a-little-bit-long-string", -985981536)]
)
def test_partition(key: bytes, hashed: int) -> None:
    """The partition of a key is the one of Kafka's own client, by the hashes in that client's tests."""
    assert partition_of(key, 7) == (hashed & 0x7FFFFFFF) % 7
