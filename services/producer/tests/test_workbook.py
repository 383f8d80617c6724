"""Which workbook is streamed, what its rows are, and the sentence for each mistake in it."""

import csv
import os
import re
from collections.abc import Callable
from pathlib import Path

import msoffcrypto.format.ooxml
import pytest
from conftest import LINE, MOMENT

from producer import canonical, workbook
from producer.mistake import Mistake
from producer.record import COLUMNS

TEXTS = ("536365", "85123A", "LAMP", "6", "2010-12-01 08:26:00", "2.55", "17850", "United Kingdom")

type Writer = Callable[..., Path]


@pytest.mark.parametrize(
    ("files", "name", "chosen"),
    [
        (["sample.xlsx"], "", "sample.xlsx"),
        (["sample.xlsx", "mine.xlsx"], "", "mine.xlsx"),
        (["sample.xlsx", "mine.csv", "notes.txt"], "", "mine.csv"),
        (["mine.XLS"], "", "mine.XLS"),
        (["mine.xlsx", "~$mine.xlsx", ".hidden.csv"], "", "mine.xlsx"),
        (["a.xlsx", "b.xlsx"], "b.xlsx", "b.xlsx"),
        (["sample.xlsx", "mine.xlsx"], "sample.xlsx", "sample.xlsx"),
    ],
)
def test_choice(tmp_path: Path, files: list[str], name: str, chosen: str) -> None:
    """The named workbook is chosen, else the only one that is not the sample, else the sample."""
    for file in files:
        (tmp_path / file).touch()
    assert workbook.choose(tmp_path, name) == tmp_path / chosen


def test_two_workbooks(tmp_path: Path) -> None:
    """Two workbooks beside the sample: both are named, and the setting that decides."""
    for file in ("sample.xlsx", "b.xlsx", "a.csv"):
        (tmp_path / file).touch()
    with pytest.raises(Mistake, match=r"2 workbooks \(a.csv, b.xlsx\): set WORKBOOK"):
        workbook.choose(tmp_path, "")


def test_no_workbook(tmp_path: Path) -> None:
    """An empty directory: a sentence says what to put there."""
    with pytest.raises(Mistake, match="holds no workbook: put an Excel workbook"):
        workbook.choose(tmp_path, "")


def test_all_sheets(excel: Writer) -> None:
    """The sheets of a workbook follow one another; empty sheets, blank rows and other columns are no lines."""
    extra = [*COLUMNS, "Remark"]
    other = ["Country", *COLUMNS[:7]]
    rows = {"A": [[], extra, [*LINE, "x"], [None] * 9, LINE], "B": [], "C": [other, [LINE[7], *LINE[:7]]]}
    path = excel(rows)
    places = [f"{path}, sheet 'A', row 3", f"{path}, sheet 'A', row 5", f"{path}, sheet 'C', row 2"]
    assert list(workbook.rows(path)) == [(place, TEXTS) for place in places]


def test_names_of_the_later_edition(excel: Writer) -> None:
    """The columns of "Online Retail II" are known under their other names."""
    header = ["Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country"]
    assert [row.texts for row in workbook.rows(excel({"Year 2009-2010": [header, LINE]}))] == [TEXTS]


def test_texts_of_a_sheet_are_kept(excel: Writer) -> None:
    """NULL, NA, leading zeros, padding and line breaks are texts and stay what they are."""
    line = ["000123", "NULL", "two\nlines", "NA", "nan", " 1 ", "TRUE", "N/A"]
    assert [row.texts for row in workbook.rows(excel({"S": [COLUMNS, line]}))] == [tuple(line)]


def test_missing_cells(excel: Writer) -> None:
    """A line with missing cells is a line: what it lacks is the processor's business."""
    line = [None, "85123A", None, None, MOMENT, None, None, None]
    texts = ("", "85123A", "", "", "2010-12-01 08:26:00", "", "", "")
    assert [row.texts for row in workbook.rows(excel({"S": [COLUMNS, line]}))] == [texts]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_csv(table: Writer, encoding: str) -> None:
    """A csv file's texts are taken as they are, with or without a byte order mark; a short row lacks its last ones."""
    texts = ("007", "NULL", 'a "b", c\r\nd', "6.0", "1/12/2010", "2.550", "", "café 🎁")
    rows = [COLUMNS, texts, [""] * 8, ("1",)]
    path = table(rows, encoding=encoding)
    assert list(workbook.rows(path)) == [(f"{path}, row 3", texts), (f"{path}, row 5", ("1", *[""] * 7))]


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("none.xlsx", None, "none.xlsx does not exist: put the workbook there"),
        ("x.xlsx", b"no zip", "x.xlsx is not an Excel workbook"),
        ("x.xls", b"<html></html>", "x.xls is not an Excel workbook"),
        ("x.xlsx", b"", "x.xlsx is not an Excel workbook"),
        ("x.ods", b"", "x.ods is not a workbook by its name"),
        ("x.csv", b"", "x.csv has no rows below its header"),
        ("x.csv", b"InvoiceNo;StockCode\n", "x.csv has no column InvoiceNo, StockCode, Description"),
        ("x.csv", b"InvoiceNo,Invoice,StockCode,Description,Quantity,InvoiceDate,Price,CustomerID,Country\n",
         "x.csv has the column InvoiceNo twice"),
        ("x.csv", b"%h\n1,\xff\n", "x.csv, row 2 is not UTF-8"),
        ("x.csv", b"%h\n1,2,3,4,5,6,7,8\n1,2,3,4,5,6,7,8,9\n", "x.csv, row 3 has 9 fields for 8 columns"),
        ("x.csv", b'%h\n1,"2"x,3\n', "x.csv, row 2 is not csv"),
        ("x.csv", b"%h\n\n1,2," + b"x" * 65_536 + b"\n", "x.csv, row 3 has 65,547 bytes, more than 65,536"),
        ("x.csv", b"%h\n1," + b"x" * 140_000 + b"\n", "x.csv, row 2 is not csv"),
    ],
)  # fmt: skip
def test_mistakes_of_a_file(tmp_path: Path, volume: Path, name: str, content: bytes | None, sentence: str) -> None:
    """A file that cannot be streamed: one sentence with the file, the row and the way out; no csv is left behind."""
    if content is not None:
        (tmp_path / name).write_bytes(content.replace(b"%h", ",".join(COLUMNS).encode()))
    with pytest.raises(Mistake, match=re.escape(sentence)):
        canonical.prepare(tmp_path / name, volume)
    assert not list(volume.glob("*.csv"))


@pytest.mark.parametrize(
    ("sheets", "sentence"),
    [
        ({"S": [COLUMNS]}, "book.xlsx has no rows below its header"),
        ({"S": []}, "book.xlsx has no rows below its header"),
        ({"S": [COLUMNS, LINE], "Prices": [COLUMNS[:5]]},
         "book.xlsx, sheet 'Prices' has no column UnitPrice, CustomerID, Country: its first row must name"),
        ({"S": [COLUMNS, LINE, [1, 2, "€" * 30_000]]}, "book.xlsx, sheet 'S', row 3 has 90,011 bytes"),
    ],
)  # fmt: skip
def test_mistakes_of_a_workbook(excel: Writer, volume: Path, sheets: dict[str, object], sentence: str) -> None:
    """A workbook that cannot be streamed: one sentence with the file, the sheet, the column or row and the way out."""
    with pytest.raises(Mistake, match=re.escape(sentence)):
        canonical.prepare(excel(sheets), volume)


def test_encrypted(one_line: Path, volume: Path) -> None:
    """A workbook with a password is named as one."""
    secret = one_line.with_name("secret.xlsx")
    with one_line.open("rb") as plain, secret.open("wb") as file:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("password", file)
    with pytest.raises(Mistake, match=r"secret.xlsx is encrypted: save it without a password"):
        canonical.prepare(secret, volume)


def test_directory(tmp_path: Path, volume: Path) -> None:
    """A directory under the name of a workbook is named as one."""
    (tmp_path / "book.xlsx").mkdir()
    with pytest.raises(Mistake, match=r"book.xlsx is a directory: set WORKBOOK"):
        canonical.prepare(tmp_path / "book.xlsx", volume)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_not_readable(one_line: Path, volume: Path) -> None:
    """A workbook that this user may not read: the sentence says how to allow it."""
    one_line.chmod(0)
    with pytest.raises(Mistake, match=r"book.xlsx may not be read by this service: allow it with chmod"):
        canonical.prepare(one_line, volume)


def test_a_workbook_and_its_csv_are_one_source(excel: Writer, table: Writer, volume: Path) -> None:
    """The fingerprint is the content's: saved again, under another name, as csv, it is the same source."""
    again = excel({"Other name": [COLUMNS, LINE]}, name="again.xlsx")
    files = [excel({"S": [COLUMNS, LINE]}), again, table([COLUMNS, TEXTS])]
    assert len({file.read_bytes() for file in files}) == 3
    assert len({canonical.prepare(file, volume).source for file in files}) == 1


def test_another_content_is_another_source(excel: Writer, volume: Path) -> None:
    """One line more is another source."""
    few, more = ([COLUMNS, *[LINE] * lines] for lines in (1, 2))
    sources = {canonical.prepare(excel({"S": rows}), volume).source for rows in (few, more)}
    assert len(sources) == 2


def test_the_csv_is_kept(one_line: Path, volume: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second start takes the csv from the volume and does not read the workbook's sheets."""
    first = canonical.prepare(one_line, volume)
    monkeypatch.setattr(workbook, "rows", None)
    assert canonical.prepare(one_line, volume) == first


def test_the_csv_of_another_workbook_is_pruned(one_line: Path, table: Writer, volume: Path) -> None:
    """The volume keeps one csv, and no draft that a crash left."""
    canonical.prepare(one_line, volume)
    (volume / "contract-1-x.draft").touch()
    kept = canonical.prepare(table([COLUMNS, ["1"] * 8]), volume)
    assert list(volume.iterdir()) == [kept.path]
    assert kept.rows == 1


def test_a_second_producer_is_kept_out(volume: Path) -> None:
    """The volume's lock is held by one process."""
    with canonical.locked(volume), pytest.raises(Mistake, match="Another producer is at work"):
        canonical.locked(volume).__enter__()


def test_canonical_csv(excel: Writer, volume: Path) -> None:
    """The canonical csv numbers the lines of all sheets from 1."""
    path = canonical.prepare(excel({"A": [COLUMNS, LINE], "B": [COLUMNS, LINE]}), volume).path
    with path.open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [["1", *TEXTS], ["2", *TEXTS]]
