"""What `check` shows of a file before anything is sent."""

from pathlib import Path

import pytest
import sales
from sales import rows, sheet, text

from common.errors import EXIT_CODE
from producer import check


@pytest.fixture
def folder(tmp_path: Path, volume: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of the workbook; Kafka is not running."""
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(check, "DATA", tmp_path / "data")
    monkeypatch.setattr(check, "VOLUME", volume)
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", "localhost:1")
    monkeypatch.delenv("LINES", raising=False)
    return tmp_path / "data"


def test_a_workbook(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Shows how it is read, what is in it, what would be streamed; nothing remains on the volume."""
    made = sheet()
    sales.write_book(folder / "x.xlsx", {"S": made, "Copy": made})
    assert check.main() == 0
    shown = capsys.readouterr().out
    assert [" ".join(line.split()) for line in shown.splitlines() if line] == [
        f"{folder}/x.xlsx",
        "read as a workbook, dates: date cells",
        "lines 12",
        "British 9",
        "other 3",
        "rejected 0",
        "customers 5",
        "dates 2010-12-02 09:15:00 to 2011-12-09 12:45:00",
        "to stream 12 of 24 lines, 12 repeated between sheets (minus what was streamed before: Kafka is not running)",
    ]
    assert not list(check.VOLUME.glob("check*"))


def test_rejects_and_placeholders(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each reason has its count, first place and value; lines with a placeholder as customer are counted."""
    made = rows(Quantity=lambda one: "many" if one.invoice == "800101" else str(one.quantity))
    made = [[*row[:6], row[6] or "nan", row[7]] for row in made]
    (folder / "x.csv").write_text(text(made), "utf-8")
    assert check.main() == 0
    shown = capsys.readouterr().out
    assert "2  Quantity is not a whole number (first: row 2, 'many')" in shown
    assert "(3 lines have a placeholder)" in shown


def test_first_lines(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """LINES prints the first canonical records after a blank line, one per line."""
    (folder / "x.csv").write_text(text(rows()), "utf-8")
    monkeypatch.setenv("LINES", "2")
    assert check.main() == 0
    _, _, shown = capsys.readouterr().out.rpartition("\n\n")
    assert shown.splitlines() == [
        "1,800101,30001B,GREEN KETTLE,4,2010-12-02 09:15:00,3.25,31001,United Kingdom",
        '2,800101,30002,"RUG, STRIPED",2,2010-12-02 09:15:00,12.95,31001,United Kingdom',
    ]


@pytest.mark.parametrize(
    ("content", "limit", "expected"),
    [
        ("InvoiceNo\n1\n", "50", "x.csv has no column StockCode"),
        (
            text(rows(Quantity=lambda _: "many")),
            "50",
            "12 of 12 lines will be rejected: Quantity is not a whole number: 12 ",
        ),
        (
            text(rows(Quantity=lambda one: "x" if one.invoice == "800110" else "1")),
            "8",
            "MAX_REJECTED_PERCENT=8 allows",
        ),
    ],
)
def test_user_errors(
    folder: Path,
    *,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    content: str,
    limit: str,
    expected: str,
) -> None:
    """A file that would not be sent gives the producer's error, and exit code 78."""
    (folder / "x.csv").write_text(content, "utf-8")
    monkeypatch.setenv("MAX_REJECTED_PERCENT", limit)
    assert check.main() == EXIT_CODE
    assert expected in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["9", "100"])
def test_allowed_rejects(folder: Path, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    """One line of twelve is 8.3 percent, below both limits."""
    (folder / "x.csv").write_text(text(rows(Quantity=lambda one: "x" if one.invoice == "800110" else "1")), "utf-8")
    monkeypatch.setenv("MAX_REJECTED_PERCENT", limit)
    assert check.main() == 0
