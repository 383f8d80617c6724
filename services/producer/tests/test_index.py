"""What is kept of the topic, and that it may go at any time."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from files import canonical, content

from producer import index, record
from producer.index import Index, Last, Position
from producer.message import Sale, Sender
from producer.selection import select

ONE, OTHER = Sender("ab" * 8, 1), Sender("cd" * 8, 1)
LINES = [content("536365", str(number)) for number in range(10)]


def sales(*rows: int, sender: Sender = ONE) -> list[Sale]:
    """Return sales with these rows, each of its own content."""
    return [Sale(sender, row, record.fingerprint(LINES[row % len(LINES)].encode())) for row in rows]


def wanted(known: Index, volume: Path, run: int = 1) -> list[int]:
    """Return which of LINES are not in the index."""
    return [
        number for number, is_wanted in enumerate(select(known, canonical(volume, LINES), run).is_wanted) if is_wanted
    ]


def test_what_was_added_is_there_at_the_next_start(tmp_path: Path) -> None:
    """Identity, positions, highest rows and contents outlive the process."""
    positions = {0: Position(3, Last(2, b"digest")), 2: Position(9)}
    with index.opened(tmp_path) as known:
        known.reset("id")
        known.add(0, sales(1, 4, 6), positions[0])
        known.add(2, [], positions[2])
    with index.opened(tmp_path) as known:
        assert known.topic_id == "id"
        assert known.positions() == positions
        assert known.highest_rows(ONE) == {0: 6}
        assert known.highest_rows(OTHER) == {}
        assert wanted(known, tmp_path) == [0, 2, 3, 5, 7, 8, 9]
        assert wanted(known, tmp_path, run=2) == list(range(10))


def test_what_the_processor_sets_aside_does_not_count(tmp_path: Path) -> None:
    """A row that is not above the highest one of its source, run and partition is no sale, in this chunk and later."""
    with index.opened(tmp_path) as known:
        known.add(0, sales(3, 1, 3, 5), Position(4))
        known.add(0, sales(2, 5, 6), Position(7))
        known.add(1, sales(2), Position(1))
        known.add(0, sales(4, sender=OTHER), Position(8))
        assert known.highest_rows(ONE) == {0: 6, 1: 2}
        assert wanted(known, tmp_path) == [0, 1, 7, 8, 9]


def test_another_topic(tmp_path: Path) -> None:
    """Reset, it knows nothing of the topic before."""
    with index.opened(tmp_path) as known:
        known.reset("before")
        known.add(0, sales(1, 2, 3), Position(3))
        known.reset("after")
        assert (known.topic_id, known.positions(), known.highest_rows(ONE)) == ("after", {}, {})
        assert wanted(known, tmp_path) == list(range(10))


def write_nonsense(file: Path) -> None:
    """Write what is no database."""
    file.write_bytes(b"nonsense" * 10_000)


def write_other_tables(file: Path) -> None:
    """Write a database with other tables of the same names."""
    with duckdb.connect(file) as database:
        database.execute("CREATE TABLE streamed (content VARCHAR); CREATE TABLE topic (name VARCHAR)")


def write_other_format(file: Path) -> None:
    """Write an index of a version to come."""
    with index.opened(file.parent) as known:
        known.reset("id")
        known.database.execute("UPDATE topic SET format = format + 1")


def write_much(file: Path) -> None:
    """Write an index of many lines."""
    with index.opened(file.parent) as known:
        known.reset("id")
        known.add(0, sales(*range(1, 10_000)), Position(9_999))


def cut_in_half(file: Path) -> None:
    """Write an index and lose half of it."""
    write_much(file)
    os.truncate(file, file.stat().st_size // 2)


def turn_bits(file: Path) -> None:
    """Write an index of which the disk then gives back other bytes."""
    write_much(file)
    content = bytearray(file.read_bytes())
    middle = content.index(record.fingerprint(LINES[5].encode())[:6])
    content[middle] ^= 1
    file.write_bytes(content)


def begin_and_crash(file: Path) -> None:
    """Make the file, and no more."""
    duckdb.connect(file).close()


@pytest.mark.parametrize(
    "write", [write_nonsense, write_other_tables, write_other_format, cut_in_half, turn_bits, begin_and_crash]
)
def test_a_file_that_is_no_index(
    tmp_path: Path, write: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever is in the index's place, it is rebuilt."""
    write(tmp_path / "index.duckdb")
    with index.opened(tmp_path) as known:
        assert "index.duckdb is unusable" in caplog.text
        assert (known.topic_id, known.positions()) == (None, {})
        known.reset("id")
        known.add(0, sales(1), Position(1))
    with index.opened(tmp_path) as known:
        assert known.topic_id == "id"


ENDLESS = """
import sys
from itertools import count
from pathlib import Path
from producer import index
from producer.index import Position
from producer.message import Sale, Sender

with index.opened(Path(sys.argv[1])) as known:
    for begin in count(step=1_000):
        sales = [Sale(Sender("ab" * 8, 1), row, row.to_bytes(16)) for row in range(begin + 1, begin + 1_001)]
        known.add(0, sales, Position(begin + 1_000))
        print(begin, flush=True)
"""


@pytest.mark.parametrize(("chunks", "is_file_lost"), [(1, False), (5, False), (20, False), (5, True)])
def test_a_kill_in_the_middle_of_an_update(tmp_path: Path, chunks: int, is_file_lost: bool) -> None:
    """Killed at any moment, position, contents and highest row are those of one and the same moment."""
    with subprocess.Popen([sys.executable, "-c", ENDLESS, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(chunks):
            process.stdout.readline()
        time.sleep(0.003)
        process.send_signal(signal.SIGKILL)
    if is_file_lost:
        (tmp_path / "index.duckdb").unlink()
        chunks = 0
    with index.opened(tmp_path) as known:
        ((streamed,),) = known.database.execute("SELECT count(*) FROM streamed").fetchall()
        assert streamed >= chunks * 1_000
        assert known.positions() == ({0: Position(streamed)} if streamed else {})
        assert known.highest_rows(ONE) == ({0: streamed} if streamed else {})
