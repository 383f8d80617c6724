"""The selection of lines to stream, compared with a count in memory."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from files import Content, canonical, content, sales
from hypothesis import given
from hypothesis import strategies as st

from producer import index, record, selection
from producer.index import Position
from producer.message import Sale, Sender
from producer.selection import select

CONTENTS = [content("536365", code) for code in "ABC"]

contents = st.lists(st.sampled_from(CONTENTS), max_size=12)


@given(contents, st.lists(contents, min_size=1, max_size=4).filter(any))
def test_the_difference(streamed: Sequence[Content], sheets: Sequence[Sequence[Content]]) -> None:
    """Of each content, the surplus of the file over the topic is wanted: the last of the equal lines."""
    with TemporaryDirectory() as directory, index.opened(Path(directory)) as known:
        sender = Sender("ab" * 8, 1)
        there = [Sale(sender, row, record.fingerprint(line.encode())) for row, line in enumerate(streamed, start=1)]
        known.add(0, there, Position(len(there)))
        csv = canonical(Path(directory), *sheets)
        found, lines = select(known, csv, 1), csv.path.read_text("utf-8").split("\n")[:-1]
    left, expected = Counter(streamed), []
    for line, text in enumerate(lines):
        if left[text.partition(",")[2]]:
            left[text.partition(",")[2]] -= 1
        else:
            expected.append(line)
    assert [line for line, is_wanted in enumerate(found.is_wanted) if is_wanted] == expected
    assert found.wanted == (sales(*sheets) - Counter(streamed)).total()


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_chunks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """The result does not depend on the size of the chunks."""
    monkeypatch.setattr(selection, "CHUNK", chunk)
    file = [[content("536365", str(number % 20)) for number in range(30)] for _ in range(2)]
    with index.opened(tmp_path) as known:
        found = select(known, canonical(tmp_path, *file), 1)
    assert found.is_wanted.tolist() == [True] * 30
    assert found.describe() == "60 lines, 30 repeated between sheets"


def test_all_streamed_before_but_for_repetitions(tmp_path: Path) -> None:
    """The newest run of a file is known, whichever run is asked for."""
    csv = canonical(tmp_path, CONTENTS, CONTENTS)
    with index.opened(tmp_path) as known:
        for partition, run in enumerate((1, 4)):
            there = [
                Sale(Sender("ab" * 8, run), row, record.fingerprint(line.encode()))
                for row, line in enumerate(CONTENTS, start=1)
            ]
            known.add(partition, there, Position(3))
        assert select(known, csv, 1).describe() == "6 lines, 3 streamed before, 3 repeated between sheets"
        assert [select(known, csv, run).newest_run for run in (1, 2)] == [4, 4]
        assert [select(known, csv, run).wanted for run in (1, 2)] == [0, 3]
