"""How lines become statements that fit into memory."""

from typing import Any

import pytest
from made import reject, table
from pymysql.err import OperationalError

from processor.edges import loading


class FakeCursor:
    """A cursor that reads each file at once and finds all its lines loaded."""

    def __init__(self) -> None:
        self.files: list[bytes] = []

    def execute(self, statement: str) -> int:
        """Read the file of a statement; return how many lines it has."""
        if not statement.startswith("LOAD DATA"):
            return 0
        with open(statement.split("'")[1], "rb") as file:  # noqa: PTH123
            self.files.append(file.read())
        return self.files[-1].count(b"\n")

    def fetchmany(self, _size: int) -> list[Any]:
        """Return no warning."""
        return []


def loaded(*messages: bytes) -> list[bytes]:
    """Load rejected messages and return the files of the statements."""
    cursor = FakeCursor()
    lines = table(*(reject((0, offset), message=message) for offset, message in enumerate(messages)))
    loading.load(cursor, "Rejected_Online_Retail", lines)  # type: ignore[arg-type]
    return cursor.files


def test_short_lines_share_a_statement() -> None:
    """Lines of normal length go in few statements."""
    assert len(loaded(*[b"x"] * 1000)) == 1


def test_long_messages_are_spread_over_statements(monkeypatch: pytest.MonkeyPatch) -> None:
    """No statement's csv is longer than twice the limit and a message, and every message is in one."""
    monkeypatch.setattr(loading, "SLICE_BYTES", 10_000)
    files = loaded(*[bytes([number]) * 3000 for number in range(10)])
    assert sum(file.count(b"\n") for file in files) == 10
    assert max(map(len, files)) < 2 * 13_000 + 1_000


def test_no_lines_need_no_statement() -> None:
    """An empty table is not loaded."""
    assert loaded() == []


class CutOff(FakeCursor):
    """A cursor whose connection is lost while the file is sent, as PyMySQL reports it."""

    def execute(self, statement: str) -> int:
        """Fail as a closed socket does."""
        raise AttributeError(f"'NoneType' object has no attribute 'sendall' ({statement[:9]})")


def test_a_connection_lost_within_a_load_is_an_error_that_passes() -> None:
    """PyMySQL's own error becomes the one after which the micro-batch is retried."""
    with pytest.raises(OperationalError, match="Lost connection"):
        loading.load(CutOff(), "Rejected_Online_Retail", table(reject((0, 0), message=b"x")))  # type: ignore[arg-type]
