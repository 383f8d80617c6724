"""Errors in a file: one user error with the file, the place, the value and the way out; nothing is stored."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
import sales
from sales import Sale, backslashed, dated, priced, rows, sheet, text

from common.errors import UserError
from producer import canonical, folder
from producer.reading.dates import Order

HEADER = ",".join(rows()[0])
LINE = "1,B,x,1,2011-05-13 10:00:00,1.5,17,France"


def _on(invoice: str, value: str, other: Any) -> Any:
    """Return a writer that writes `value` for the sales of one invoice."""
    return lambda one: value if one.invoice == invoice else other(one)


def _either(one: Sale) -> str:
    return one.date.replace(day=min(one.date.day, 12)).strftime("%d/%m/%Y")


TEXTS: dict[str, tuple[str | bytes, str]] = {
    "no_rows": (f"{HEADER}\n", "x.csv has no rows below its header: choose a file with sales lines."),
    "empty": ("", "x.csv is empty: put the whole file there."),
    "no_header": (f"{LINE}\n{LINE}\n", "x.csv has no header in its first 20 rows"),
    "header_too_low": ("\n" * 20 + f"{HEADER}\n{LINE}\n", "x.csv has no header in its first 20 rows"),
    "some_columns": (
        "InvoiceNo,Quantity\n1,2\n",
        "x.csv has no column StockCode, Description, InvoiceDate, UnitPrice, CustomerID, Country: its",
    ),
    "column_twice": (f"{HEADER},Invoice\n{LINE},1\n", "x.csv has the column InvoiceNo twice: remove or rename one"),
    "ambiguous_dates": (
        text(rows(InvoiceDate=_either)),
        "x.csv: InvoiceDate '02/12/2010' (row 2) may be day/month/year or month/day/year, and no date",
    ),
    "both_orders": (
        text(rows(InvoiceDate=_on("800102", "12/17/2010", dated("%d/%m/%Y")))),
        "x.csv: InvoiceDate '31/03/2011' (row 8) is day/month/year and '12/17/2010' (row 4) is",
    ),
    "swapped_dates": (
        text(
            rows(
                InvoiceDate=lambda one: one.date.strftime(
                    "%Y-%m-%d %H:%M:%S" if one.date.day <= 12 else "%m/%d/%Y %H:%M"
                )
            )
        ),
        "x.csv: InvoiceDate mixes dates such as '2010-12-02 09:15:00' (row 2) and texts such as '12/17/2010 16:40'",
    ),
    "lost_digits": (
        text(rows(CustomerID=_on("800101", "3.10E+04", lambda one: one.customer))),
        "x.csv: CustomerID '3.10E+04' (row 2) is in scientific notation, so its last",
    ),
    "lost_invoice": (
        text(rows(InvoiceNo=_on("800109", "8,00E+05", lambda one: one.invoice))),
        "x.csv: InvoiceNo '8,00E+05' (row 12) is in scientific notation",
    ),
    "lost_code": (
        text(rows(StockCode=_on("800109", "3e+04", lambda one: one.code))),
        "x.csv: StockCode '3e+04' (row 12) is in scientific notation",
    ),
    "two_marks": (
        text(rows(UnitPrice=_on("800103", "8,5", priced()))),
        "x.csv: UnitPrice '3.25' (row 2) has a decimal point, and UnitPrice '8,5' (row 5) a decimal comma",
    ),
    "two_currencies": (
        text(rows(UnitPrice=_on("800103", "€8.5", priced(around="£{}")))),
        "x.csv: UnitPrice '£3.25' (row 2) and '€8.5' (row 5) are in two currencies: write all prices in pounds.",
    ),
    "open_comma": (
        f'{HEADER}\n1,B,x,1,2011-05-13 10:00:00,"1,250",17,France\n',
        "x.csv: UnitPrice '1,250' (row 2) may have thousands or decimals after its comma",
    ),
    "too_many_fields": (f"{HEADER}\n{LINE}\n{LINE},more\n", "x.csv, row 3 has 9 fields for 8 columns: quote a text"),
    "too_few_fields": (f"{HEADER}\n{LINE}\n1,B,x\n", "x.csv, row 3 has 3 fields for 8 columns"),
    "open_quote": (f'{HEADER}\n{LINE}\n1,"x\n{LINE}\n', "is not csv (unexpected end of data): correct its quotes"),
    "quote_inside": (f'{HEADER}\n1,"2"x,3\n', "x.csv, row 2 is not csv"),
    "text_after_quotes": (
        backslashed(rows()) + '"1","B","a \\"b\\"" c,1,2011-05-13 10:00:00,1.5,17,France\n',
        "is not csv",
    ),
    "mixed_encodings": (
        (text(rows()) + "1,B,").encode() + "Ö,1,2011-05-13 10:00:00,1.5,17,France\n".encode("cp1252"),
        "x.csv mixes encodings: row 5 is UTF-8 and row 14 is not: save the file as csv in UTF-8.",
    ),
    "undefined_byte": (
        f"{HEADER}\n1,B,\x81".encode("latin-1"),
        "x.csv, row 2 has the byte 0x81, which is neither UTF-8 nor Windows-1252",
    ),
    "broken_utf16": (text(rows()).encode("utf-16")[:-1], "x.csv is not UTF-16, as its byte order mark says"),
    "broken_utf8": (text(rows()).encode("utf-8-sig") + b"\xff", "x.csv is not UTF-8, as its byte order mark says"),
    "nul": (f"{HEADER}\n{LINE}\n1,B,x\0y", "x.csv, row 3 has a NUL character, which no text has"),
    "utf16_without_mark": (
        text(rows()).encode("utf-16-le"),
        "x.csv, row 1 has a NUL character, which no text has (the",
    ),
    "too_long": (
        f"{HEADER}\n\n1,B,{'x' * 65_536},1,2011-05-13 10:00:00,1.5,17,France\n",
        "x.csv, row 3 has 65,578 bytes, more than 65,506: shorten its texts.",
    ),
    "one_line": (
        f"{HEADER}\n{LINE}\n" + "x" * 3_000_000,
        "x.csv, row 3 has more than 1,048,576 characters: expected a text file with a line per sale.",
    ),
    "one_line_of_others": (b"\xe9" * 3_000_000, "x.csv, row 1 has more than 1,048,576 characters"),
    "lost_digits_in_a_formula": (
        text(rows(CustomerID=lambda _: '="3.10E+04"')),
        "x.csv: CustomerID '=\"3.10E+04\"' (row 2) is in scientific notation",
    ),
    "far_too_long": (f"{HEADER}\n1,{'x' * 140_000}\n", "x.csv, row 2 is not csv (field larger than field limit"),
}

BOOKS: dict[str, tuple[dict[str, Any], str]] = {
    "no_rows": ({"S": [rows()[0]]}, "x.xlsx has no rows below its header"),
    "no_table": ({"S": [["Hello"]], "T": []}, "x.xlsx has no sheet with the columns of sales lines (sheets 'S', 'T')"),
    "some_columns": (
        {"S": sheet(), "Prices": [["StockCode", "Price"], ["A", 1]]},
        "x.xlsx, sheet 'Prices' has no column InvoiceNo, Description, Quantity, InvoiceDate, CustomerID",
    ),
    "swapped_dates": (
        {"S": sheet(InvoiceDate=lambda one: one.date if one.date.day <= 12 else one.date.strftime("%m/%d/%Y"))},
        "x.xlsx, sheet 'S': InvoiceDate mixes dates such as '2010-12-02 09:15:00' (row 2) and texts such as",
    ),
    "two_orders": (
        {"A": sheet(InvoiceDate=dated("%d/%m/%Y")), "B": sheet(InvoiceDate=dated("%m/%d/%Y"))},
        "x.xlsx, sheet 'A': InvoiceDate '17/12/2010' (row 4) is day/month/year and '12/17/2010' (row 4)",
    ),
    "lost_digits": (
        {"S": sheet(CustomerID=lambda _: "3.10E+04")},
        "x.xlsx, sheet 'S': CustomerID '3.10E+04' (row 2) is in scientific notation",
    ),
    "long_number": (
        {"S": sheet(InvoiceNo=lambda one: 576_460_752_303_423_488 if one.code == "POST" else one.invoice)},
        "x.xlsx, sheet 'S': InvoiceNo '576460752303423488' (row 6) is a number of more than 15 digits, and",
    ),
    "code_made_a_date": (
        {"S": sheet(StockCode=lambda one: one.date.date() if one.code == "30002" else one.code)},
        "x.xlsx, sheet 'S': StockCode '2010-12-02' (row 3) is a date or a time: a spreadsheet program has converted it",
    ),
    "customer_made_a_time": (
        {"S": sheet(CustomerID=lambda one: one.date.time() if one.code == "30002" else None)},
        "x.xlsx, sheet 'S': CustomerID '09:15:00' (row 3) is a date or a time",
    ),
    "too_long": ({"S": [rows()[0], ["1", "€" * 30_000, *LINE.split(",")[2:]]]}, "x.xlsx, sheet 'S', row 2 has 90,0"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_text(tmp_path: Path, volume: Path, name: str) -> None:
    """A text file that is ambiguous or wrong gives the error."""
    content, expected = TEXTS[name]
    (tmp_path / "x.csv").write_bytes(content.encode() if isinstance(content, str) else content)
    _assert_refused(tmp_path / "x.csv", volume, expected)


@pytest.mark.parametrize("name", BOOKS)
def test_book(tmp_path: Path, volume: Path, name: str) -> None:
    """A workbook that is ambiguous or wrong gives the error."""
    sheets, expected = BOOKS[name]
    _assert_refused(sales.write_book(tmp_path / "x.xlsx", sheets), volume, expected)


def _assert_refused(path: Path, volume: Path, expected: str, order: Order | None = None) -> None:
    with pytest.raises(UserError, match=re.escape(expected)) as error:
        canonical.prepare(path, volume, order)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)
    assert not list(volume.glob("*.json"))


@pytest.mark.parametrize("order", ["dmy", "mdy"])
def test_the_way_out_of_ambiguous_dates(tmp_path: Path, volume: Path, order: Order) -> None:
    """With DATE_ORDER ambiguous dates are read in that order."""
    (tmp_path / "x.csv").write_text(f"{HEADER}\n{LINE.replace('2011-05-13 10:00:00', '3/4/2011')}\n", "utf-8")
    made = canonical.prepare(tmp_path / "x.csv", volume, order)
    assert made.facts.first_date == ("2011-04-03 00:00:00" if order == "dmy" else "2011-03-04 00:00:00")


def test_the_way_out_of_both_orders(tmp_path: Path, volume: Path) -> None:
    """With DATE_ORDER, lines with dates that can only be in the other order are rejected."""
    content, _ = TEXTS["both_orders"]
    assert isinstance(content, str)
    (tmp_path / "x.csv").write_text(content, "utf-8")
    facts = canonical.prepare(tmp_path / "x.csv", volume, "dmy").facts
    assert {fault: rejects.count for fault, rejects in facts.rejects.items()} == {
        "InvoiceDate is not a date and time": 1
    }
    assert facts.rejects["InvoiceDate is not a date and time"].place == "row 4"


def test_a_wrong_date_order(tmp_path: Path, volume: Path) -> None:
    """A DATE_ORDER that contradicts the file's dates is refused: half of its dates would be wrong."""
    (tmp_path / "x.csv").write_text(text(rows(InvoiceDate=dated("%m/%d/%Y"))), "utf-8")
    expected = "x.csv: InvoiceDate '12/17/2010' (row 4) is month/day/year, and DATE_ORDER=dmy: correct DATE_ORDER."
    _assert_refused(tmp_path / "x.csv", volume, expected, "dmy")


def test_a_directory(tmp_path: Path, volume: Path) -> None:
    """A directory with the name of a workbook is refused."""
    (tmp_path / "book.xlsx").mkdir()
    with pytest.raises(UserError, match=r"book.xlsx is a directory: set WORKBOOK"):
        canonical.prepare(tmp_path / "book.xlsx", volume)


def test_no_such_file(tmp_path: Path, volume: Path) -> None:
    """For a name without a file, the error names the settings that may be wrong."""
    with pytest.raises(UserError, match=r"none.xlsx does not exist: put the workbook there, or correct WORKBOOK"):
        canonical.prepare(tmp_path / "none.xlsx", volume)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_not_readable(tmp_path: Path, volume: Path) -> None:
    """For a file that this user may not read, the error shows how to allow it."""
    path = tmp_path / "book.csv"
    path.touch(mode=0)
    with pytest.raises(UserError, match=r"book.csv cannot be read by this service: allow it with chmod a\+r."):
        canonical.prepare(path, volume)


def test_not_readable_though_its_mode_allows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the mode allows reading and the kernel does not, the error names SELinux and the label that helps."""

    def refuse(*_: object) -> None:
        raise PermissionError

    (tmp_path / "book.csv").touch(mode=0o644)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match=r"SELinux may forbid it.*DATA_DIR.*:z would: chcon -R -t container_file_t"):
        folder.opened(tmp_path / "book.csv")
