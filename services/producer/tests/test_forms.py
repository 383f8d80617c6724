"""The formats in which people have the data: the same sales give the same canonical lines."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sales
from hypothesis import given
from hypothesis import strategies as st
from sales import CANONICAL, SALES, Sale, backslashed, counted, dated, priced, rows, sheet, text, titled

from producer import canonical
from producer.canonical import Canonical
from producer.reading import files

US, UK = "%-m/%-d/%Y %-H:%M", "%d/%m/%Y %H:%M"
EXCEL = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - wall-clock time is what a sheet has
MAC = dt.datetime(1904, 1, 1)  # noqa: DTZ001
II = ("Invoice", "StockCode", "Description", "Quantity", "InvoiceDate", "Price", "Customer ID", "Country")


def _float(name: str) -> Callable[[Sale], str]:
    return lambda one: f"{value}.0" if (value := getattr(one, name)).isdigit() else value


TEXTS: dict[str, tuple[str | bytes, str]] = {
    # As programs export them.
    "plain": (text(rows()), "UTF-8, separator ',', dates: year first, decimal point"),
    "excel_us": (
        text(rows(InvoiceDate=dated(US))).encode("cp1252"),
        "Windows-1252, separator ',', dates month/day/year",
    ),
    "excel_us_utf8": (text(rows(InvoiceDate=dated(US))).encode("utf-8-sig"), "UTF-8, separator ','"),
    "excel_uk": (
        text(rows(InvoiceDate=dated(UK))).encode("cp1252"),
        "Windows-1252, separator ',', dates day/month/year",
    ),
    "excel_germany": (
        text(rows(InvoiceDate=dated("%d.%m.%Y %H:%M"), UnitPrice=priced(",")), ";").encode("cp1252"),
        "Windows-1252, separator ';', dates day/month/year, decimal comma",
    ),
    "excel_france": (
        text(rows(InvoiceDate=dated(UK), UnitPrice=priced(",", "\u202f", "{} €")), ";").encode("utf-8-sig"),
        "separator ';', dates day/month/year, decimal comma",
    ),
    "excel_unicode_text": (text(rows(InvoiceDate=dated(US)), "\t").encode("utf-16"), "UTF-16, separator tab"),
    "excel_separator_line": ("sep=;\r\n" + text(rows(), ";"), "separator ';'"),
    "excel_separator_line_unusual": ("sep=^\r\n" + text(rows(), "^"), "separator '^'"),
    "pandas": (text(rows(CustomerID=_float("customer")), terminator="\n"), "dates: year first"),
    "pandas_all_float": (
        text(
            rows(InvoiceNo=_float("invoice"), CustomerID=_float("customer"), Quantity=lambda one: f"{one.quantity}.0")
        ),
        "dates: year first",
    ),
    "pandas_index": ([*map(list, zip(["", *map(str, range(12))], *zip(*rows(), strict=True), strict=True))], ""),  # type: ignore[dict-item]
    "pandas_nan": (text(rows(CustomerID=lambda one: one.customer or "nan")), ""),
    "kaggle_ii": (text(titled(*II, made=rows(CustomerID=_float("customer")))), ""),
    "spark": (backslashed(rows()), "backslash-escaped quotes"),
    "mysql_outfile": (
        backslashed(rows(CustomerID=lambda one: one.customer or r"\N")).replace(r'"\\N"', r"\N"),
        "backslash-escaped quotes",
    ),
    "mariadb_dump": (text(rows(), "\t", "\n"), "separator tab"),
    "pipes": (text(rows(), "|"), "separator '|'"),
    "all_quoted": (text(rows(), quoting=csv.QUOTE_ALL), ""),
    "old_mac": (text(rows(), terminator="\r"), ""),
    "unix": (text(rows(), terminator="\n"), ""),
    "utf16_big_endian": (b"\xfe\xff" + text(rows()).encode("utf-16-be"), "UTF-16"),
    # Headers.
    "snake_case": (
        text(
            titled(
                "invoice_no",
                "stock_code",
                "description",
                "quantity",
                "invoice_date",
                "unit_price",
                "customer_id",
                "country",
            )
        ),
        "",
    ),
    "spaced": (
        text(
            titled("Invoice No.", "Stock Code", "DESCRIPTION", "Qty", "Order Date", "Unit-Price", "Customer", "COUNTRY")
        ),
        "",
    ),
    "invoice_number": (text(titled("Invoice Number", *II[1:])), ""),
    "title_above": (text([["Sales of the shop"], [], *rows()]), ""),
    "other_columns": (
        text([["Line", *row, "Remark"] if not n else [str(n), *row, "ok"] for n, row in enumerate(rows())]),
        "columns 'Line', 'Remark' ignored",
    ),
    "other_order": (text([row[::-1] for row in rows()]), ""),
    "trailing_empty_columns": (text([[*row, "", ""] for row in rows()]), ""),
    "header_again": (text([*rows()[:7], rows()[0], *rows()[7:]]), ""),
    "blank_rows": (text([*rows()[:4], [], [""] * 8, [" "] * 8, *rows()[4:]]), ""),
    # Dates.
    "iso_t": (text(rows(InvoiceDate=dated("%Y-%m-%dT%H:%M:%S"))), "year first"),
    "iso_z": (text(rows(InvoiceDate=dated("%Y-%m-%dT%H:%M:%SZ"))), "year first"),
    "iso_utc": (text(rows(InvoiceDate=dated("%Y-%m-%d %H:%M:%S+00:00"))), "year first"),
    "iso_offset": (text(rows(InvoiceDate=dated("%Y-%m-%dT%H:%M:%S.000+01:00"))), "year first"),
    "named_months": (text(rows(InvoiceDate=dated("%d-%b-%y %H:%M"))), "names of months"),
    "iso_fractions": (text(rows(InvoiceDate=dated("%Y-%m-%d %H:%M:%S.000"))), "year first"),
    "iso_minutes": (text(rows(InvoiceDate=dated("%Y-%m-%d %H:%M"))), "year first"),
    "year_slashes": (text(rows(InvoiceDate=dated("%Y/%m/%d %H:%M"))), "year first"),
    "year_points": (text(rows(InvoiceDate=dated("%Y.%m.%d %H:%M"))), "year first"),
    "day_dashes": (text(rows(InvoiceDate=dated("%d-%m-%Y %H:%M"))), "day/month/year"),
    "month_dashes": (text(rows(InvoiceDate=dated("%m-%d-%Y %H:%M"))), "month/day/year"),
    "two_digit_years": (text(rows(InvoiceDate=dated("%-m/%-d/%y %H:%M"))), "month/day/year"),
    "two_digit_years_day_first": (text(rows(InvoiceDate=dated("%d.%m.%y %H:%M:%S"))), "day/month/year"),
    "half_days": (text(rows(InvoiceDate=dated("%m/%d/%Y %I:%M:%S %p"))), "month/day/year"),
    "half_days_narrow_blank": (text(rows(InvoiceDate=dated("%-m/%-d/%Y, %-I:%M\u202f%p"))), "month/day/year"),
    "half_days_small": (
        text(rows(InvoiceDate=lambda one: one.date.strftime("%d/%m/%Y %I:%M %p").lower())),
        "day/month/year",
    ),
    "serial_texts": (text(rows(InvoiceDate=lambda one: f"{sales.serial(EXCEL)(one):.10f}")), "serial numbers"),
    # Numbers.
    "decimal_comma_quoted": (text(rows(UnitPrice=priced(","))), "decimal comma"),
    "thousands_commas": (text(rows(UnitPrice=priced(".", ","), Quantity=counted(","))), "decimal point"),
    "thousands_points": (text(rows(UnitPrice=priced(",", "."), Quantity=counted(".")), ";"), "decimal comma"),
    "thousands_blanks": (text(rows(UnitPrice=priced(",", "\u00a0"), Quantity=counted("\u00a0")), ";"), "decimal comma"),
    "thousands_apostrophes": (text(rows(UnitPrice=priced(".", "'"))), "decimal point"),
    "pounds_before": (text(rows(UnitPrice=priced(around="£{}"))), "decimal point"),
    "euros_after": (text(rows(UnitPrice=priced(",", ".", "{}\u00a0€")), ";"), "decimal comma"),
    "more_decimals": (text(rows(UnitPrice=lambda one: f"{one.price:.3f}")), "decimal point"),
    "float_noise": (text(rows(UnitPrice=lambda one: repr(float(one.price) * (1 + 3e-16)))), "decimal point"),
    "padded_numbers": (
        text(rows(Quantity=lambda one: f" {one.quantity}\u00a0", CustomerID=lambda one: f" {one.customer} ")),
        "",
    ),
    # Texts.
    "grouped_customers": (
        text(rows(CustomerID=lambda one: f"{int(one.customer):,}" if one.customer else "")),
        "",
    ),
    "pandas_decimal_comma": (
        text(rows(CustomerID=lambda one: f"{one.customer},0" if one.customer else "", UnitPrice=priced(",")), ";"),
        "decimal comma",
    ),
    "formulas": (text(rows(InvoiceNo=lambda one: f'="{one.invoice}"', StockCode=lambda one: f'="{one.code}"')), ""),
    "apostrophes": (text(rows(InvoiceNo=lambda one: f"'{one.invoice}", StockCode=lambda one: f"'{one.code}")), ""),
    "placeholders": (
        text(
            rows(
                CustomerID=lambda one: (
                    one.customer or {"800105": "Unknown", "800107": "0", "A800108": "N/A"}[one.invoice]
                )
            )
        ),
        "",
    ),
    "other_placeholders": (
        text(
            rows(
                CustomerID=lambda one: one.customer or {"800105": "None", "800107": "-", "A800108": "null"}[one.invoice]
            )
        ),
        "",
    ),
    "country_spelling": (
        text(rows(Country=lambda one: f"\u00a0{one.country.lower()} " if "U" in one.country else one.country)).replace(
            "eire", "EIRE"
        ),
        "",
    ),
}


def _hidden(book: Any) -> None:
    book.worksheets[-1].sheet_state = "veryHidden"


def _merged(book: Any) -> None:
    for column in "AEGH":
        for first, last in ((2, 3), (5, 6)):
            book.worksheets[0].merge_cells(f"{column}{first}:{column}{last}")


def _from_1904(book: Any) -> None:
    book.epoch = MAC


PIVOT = [["Row Labels", "Sum of Quantity"], ["EIRE", 3]]
BOOKS: dict[str, tuple[dict[str, list[list[Any]]], Callable[[Any], object], str]] = {
    "plain": ({"Online Retail": sheet()}, id, "dates: date cells"),
    "days": ({"S": sheet(InvoiceDate=lambda one: one.date)}, id, "date cells"),
    "text_dates_us": ({"S": sheet(InvoiceDate=dated(US))}, id, "month/day/year"),
    "text_dates_uk": ({"S": sheet(InvoiceDate=dated(UK))}, id, "day/month/year"),
    "text_dates_iso": ({"S": sheet(InvoiceDate=dated("%Y-%m-%d %H:%M:%S"))}, id, "year first"),
    "serial": ({"S": sheet(InvoiceDate=sales.serial(EXCEL))}, id, "serial numbers"),
    "serial_1904": ({"S": sheet(InvoiceDate=sales.serial(MAC))}, _from_1904, "serial numbers"),
    "dates_1904": ({"S": sheet()}, _from_1904, "date cells"),
    "all_text": ({"S": rows()}, id, "year first"),
    "pivot": ({"Online Retail": sheet(), "Pivot": PIVOT}, id, "sheet 'Pivot' skipped: none of the columns"),
    "notes_first": ({"Notes": [["from the shop's till"]], "S": sheet()}, id, "sheet 'Notes' skipped"),
    "empty_sheet": ({"S": sheet(), "Sheet2": []}, id, "sheet 'Sheet2' skipped"),
    "halves": ({"2010": sheet()[:4], "2011": [sheet()[0], *sheet()[4:]]}, id, "date cells"),
    "title_above": ({"S": [["Sales"], [], *sheet()]}, id, "date cells"),
    "second_column": ({"S": [[None, *row] for row in sheet()]}, id, "date cells"),
    "merged": ({"S": sheet()}, _merged, "date cells"),
    "decimal_commas": ({"S": sheet(UnitPrice=priced(","))}, id, "decimal comma"),
}


def lines(made: Canonical) -> list[tuple[str, ...]]:
    """Return the texts of each line of a canonical csv; assert that its rows are numbered from 1."""
    with made.path.open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file))
    assert [row[0] for row in read] == [str(n) for n in range(1, made.rows + 1)]
    return [tuple(row[1:]) for row in read]


def content_of(form: str | bytes | list[list[str]]) -> bytes:
    """Return the content of a format's file."""
    made = text(form) if isinstance(form, list) else form
    return made.encode() if isinstance(made, str) else made


@pytest.mark.parametrize("name", TEXTS)
def test_text(tmp_path: Path, volume: Path, name: str) -> None:
    """A text file in this format gives the canonical lines; `read_as` describes how it was read."""
    form, expected = TEXTS[name]
    path = tmp_path / f"{name}.csv"
    path.write_bytes(content_of(form))
    made = canonical.prepare(path, volume)
    assert lines(made) == CANONICAL
    assert expected in made.read_as
    assert (made.facts.british, made.facts.other, made.facts.rejected) == (9, 3, 0)


def test_backslashes_before_other_than_quotes(tmp_path: Path, volume: Path) -> None:
    """In a file with backslash-escaped quotes, a backslash before a letter or a digit is literal."""
    path = tmp_path / "x.csv"
    path.write_text(backslashed(rows()).replace("GREEN KETTLE", r"3\4 \\N \"C:\\\""), "utf-8")
    assert lines(canonical.prepare(path, volume))[0][2] == r'3\4 \N "C:\"'


@pytest.mark.parametrize("name", BOOKS)
def test_book(tmp_path: Path, volume: Path, name: str) -> None:
    """A workbook in this format gives the canonical lines; `read_as` describes how it was read."""
    made, change, expected = BOOKS[name]
    found = canonical.prepare(sales.write_book(tmp_path / f"{name}.xlsx", made, change), volume)
    assert lines(found) == CANONICAL
    assert expected in found.read_as


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".txt", ".CSV"])
def test_suffixes_of_texts(tmp_path: Path, volume: Path, suffix: str) -> None:
    """The suffix marks a text file; the separator is detected from the content."""
    path = tmp_path / f"sales{suffix}"
    path.write_text(text(rows(), "\t"), "utf-8")
    assert lines(canonical.prepare(path, volume)) == CANONICAL


@pytest.mark.parametrize("suffix", [".xlsx", ".xlsm", ".XLSX"])
def test_suffixes_of_workbooks(tmp_path: Path, volume: Path, suffix: str) -> None:
    """Workbooks with and without macros are read alike."""
    path = sales.write_book(tmp_path / "sales.xlsx", {"S": sheet()})
    assert lines(canonical.prepare(path.rename(path.with_suffix(suffix)), volume)) == CANONICAL


@pytest.mark.parametrize("packed", ["csv", "xlsx"])
@pytest.mark.parametrize("container", ["zip", "gz"])
def test_packed(tmp_path: Path, volume: Path, packed: str, container: str) -> None:
    """A download as it came: the one file in an archive is read, and nothing unpacked remains."""
    book = sales.write_book(tmp_path / "sales.xlsx", {"S": sheet()}).read_bytes()
    content = text(rows()).encode() if packed == "csv" else book
    path = tmp_path / f"sales.{packed}.{container}"
    if container == "zip":
        sales.write_zip(path, **{f"sales.{packed}": content, "__MACOSX/._sales.csv": b"x", "folder/": b""})
    else:
        sales.write_gz(path, content)
    made = canonical.prepare(path, volume)
    assert lines(made) == CANONICAL
    assert {file.suffix for file in volume.iterdir()} == {".csv", ".json", ".fingerprints"}


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%Y-%m-%d"])
def test_an_impossible_date_decides_nothing(tmp_path: Path, volume: Path, form: str) -> None:
    """A 31 February among dates in another order is rejected, and does not make the others ambiguous."""
    made = text(rows(InvoiceDate=lambda one: "31/02/2011" if one.invoice == "800109" else one.date.strftime(form)))
    (tmp_path / "x.csv").write_text(made, "utf-8")
    facts = canonical.prepare(tmp_path / "x.csv", volume).facts
    assert (facts.rejected, facts.first_date, facts.last_date) == (1, "2010-12-02 00:00:00", "2011-12-09 00:00:00")


def test_forms_are_one_source(tmp_path: Path, volume: Path) -> None:
    """In any format, the same sales have the same source."""
    paths = [sales.write_book(tmp_path / "a.xlsx", {"S": sheet()})]
    for name, (form, _) in TEXTS.items():
        paths.append(tmp_path / f"{name}.csv")
        paths[-1].write_bytes(content_of(form))
    assert len({canonical.prepare(path, volume).source for path in paths}) == 1


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
# Some pairs of other characters are valid UTF-8 too, and a file with both is refused.
cp1252 = st.text(
    st.characters(codec="ascii", exclude_categories=["Cc"]) | st.sampled_from("éüñ£€"), min_size=1, max_size=12
)
moments = st.datetimes(dt.datetime(1970, 1, 1), dt.datetime(2068, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(second=0, microsecond=0)
)
prices = st.decimals(-99_999, 99_999, places=2).map(lambda price: price.normalize() + 0).filter(lambda price: price % 1)
KINDS = st.tuples(
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    st.sampled_from(",;\t|"),
    st.sampled_from([US, UK, "%d-%m-%Y %H:%M", "%m.%d.%y %I:%M %p", "%Y-%m-%dT%H:%M:%SZ", "%Y/%m/%d %H:%M"]),
    st.sampled_from([(".", ""), (".", ","), (",", "."), (",", "\u00a0"), (",", "")]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)


@given(KINDS, st.data())
def test_any_sales_in_any_form(
    tmp_path_factory: pytest.TempPathFactory, kind: tuple[str, str, str, tuple[str, str], str, int], data: st.DataObject
) -> None:
    """Any sales are read back, in any combination of encoding, separator, dates, numbers, line ends and quotes."""
    encoding, separator, date, (decimal, thousands), terminator, quoting = kind
    words = cp1252 if encoding == "cp1252" else texts
    drawn = data.draw(st.lists(st.tuples(words, moments, prices, st.integers(-9_999, 9_999)), min_size=1, max_size=8))
    day = dt.datetime(2011, 5, 13)  # noqa: DTZ001 - decides the order of days and months
    own = [
        Sale("1", "B", description, quantity, moment, price, "17", "France")
        for description, moment, price, quantity in [*drawn, ("é", day, Decimal("1.5"), 1)]
    ]
    made = [
        [*one.texts()[:4], one.date.strftime(date), priced(decimal, thousands)(one), *one.texts()[6:]] for one in own
    ]
    folder = tmp_path_factory.getbasetemp()
    path = folder / "sales.csv"
    path.write_bytes(text([rows()[0], *made], separator, terminator, quoting).encode(encoding))
    with files.opened(path, folder, None) as opened:
        reader = canonical.Reader(opened.tables, opened.decisions)
        read = [content for _, lines in reader.lines() for content in lines.contents]
    assert [tuple(next(csv.reader(io.StringIO(line, newline="")))) for line in read] == [one.texts() for one in own]


def test_no_two_sales_are_alike() -> None:
    """All sales differ, so that the tests detect swapped ones."""
    assert len(set(CANONICAL)) == len(SALES)


def test_sheets_that_overlap(tmp_path: Path, volume: Path) -> None:
    """What a later sheet repeats is the same sale; what it has more often than each earlier one is another sale."""
    made = sheet()
    sheets = {"A": [*made[:5], made[1]], "B": [made[0], made[1], made[5], made[1], made[1]], "Copy": made[:5]}
    found = canonical.prepare(sales.write_book(tmp_path / "x.xlsx", sheets), volume)
    assert lines(found) == [*CANONICAL[:4], CANONICAL[0], CANONICAL[4], CANONICAL[0]]
    assert (found.facts.lines, found.facts.repeated) == (7, 6)
