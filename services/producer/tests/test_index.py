"""The index of the topic; it is rebuilt if it is damaged."""

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
    """Return sales with these rows, each with the content of its row."""
    return [Sale(sender, row, record.fingerprint(LINES[row % len(LINES)].encode())) for row in rows]


def wanted(known: Index, volume: Path, run: int = 1) -> list[int]:
    """Return the numbers of the LINES that are not in the index."""
    return [
        number for number, is_wanted in enumerate(select(known, canonical(volume, LINES), run).is_wanted) if is_wanted
    ]


def test_what_was_added_is_there_at_the_next_start(tmp_path: Path) -> None:
    """Topic id, positions, highest rows and contents survive the process."""
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


def test_what_the_processor_rejects_is_not_counted(tmp_path: Path) -> None:
    """A row not above the highest one of its source, run and partition is not a sale, in this chunk and later."""
    with index.opened(tmp_path) as known:
        known.add(0, sales(3, 1, 3, 5), Position(4))
        known.add(0, sales(2, 5, 6), Position(7))
        known.add(1, sales(2), Position(1))
        known.add(0, sales(4, sender=OTHER), Position(8))
        assert known.highest_rows(ONE) == {0: 6, 1: 2}
        assert wanted(known, tmp_path) == [0, 1, 7, 8, 9]


def test_another_topic(tmp_path: Path) -> None:
    """After a reset it has nothing of the former topic."""
    with index.opened(tmp_path) as known:
        known.reset("before")
        known.add(0, sales(1, 2, 3), Position(3))
        known.reset("after")
        assert (known.topic_id, known.positions(), known.highest_rows(ONE)) == ("after", {}, {})
        assert wanted(known, tmp_path) == list(range(10))


def write_nonsense(file: Path) -> None:
    """Write a file that is not a database."""
    file.write_bytes(b"nonsense" * 10_000)


def write_other_tables(file: Path) -> None:
    """Write a database with other tables of the same names."""
    with duckdb.connect(file) as database:
        database.execute("CREATE TABLE streamed (content VARCHAR); CREATE TABLE topic (name VARCHAR)")


def write_other_format(file: Path) -> None:
    """Write an index of a future version."""
    with index.opened(file.parent) as known:
        known.reset("id")
        known.database.execute("UPDATE topic SET format = format + 1")


def write_much(file: Path) -> None:
    """Write an index with many lines."""
    with index.opened(file.parent) as known:
        known.reset("id")
        known.add(0, sales(*range(1, 10_000)), Position(9_999))


def cut_in_half(file: Path) -> None:
    """Write an index and truncate it to half."""
    write_much(file)
    os.truncate(file, file.stat().st_size // 2)


def flip_bit(file: Path) -> None:
    """Write an index and flip a bit, as a failing disk may."""
    write_much(file)
    content = bytearray(file.read_bytes())
    middle = content.index(record.fingerprint(LINES[5].encode())[:6])
    content[middle] ^= 1
    file.write_bytes(content)


def create_and_crash(file: Path) -> None:
    """Create the file, without tables."""
    duckdb.connect(file).close()


@pytest.mark.parametrize(
    "write", [write_nonsense, write_other_tables, write_other_format, cut_in_half, flip_bit, create_and_crash]
)
def test_a_file_that_is_no_index(
    tmp_path: Path, write: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    """Any file in place of the index is replaced by an empty index."""
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
    for first in count(step=1_000):
        sales = [Sale(Sender("ab" * 8, 1), row, row.to_bytes(16)) for row in range(first + 1, first + 1_001)]
        known.add(0, sales, Position(first + 1_000))
        print(first, flush=True)
"""


@pytest.mark.parametrize(("chunks", "is_file_lost"), [(1, False), (5, False), (20, False), (5, True)])
def test_a_kill_in_the_middle_of_an_update(tmp_path: Path, chunks: int, is_file_lost: bool) -> None:
    """After a kill at any moment, position, contents and highest row belong to the same transaction."""
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
