"""Writes lines to a workbook or a csv file; the same lines give the same bytes."""

import csv
import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

from openpyxl import Workbook
from openpyxl.xml.functions import tostring

from sample_shop.ledger import FIRST_DAY, Line

SHEET = "Online Retail"
_ZIP_TIME = (2011, 12, 9, 12, 50, 0)


def _openpyxl_bytes(workbook: Workbook) -> bytes:
    raw = io.BytesIO()
    workbook.save(raw)
    return raw.getvalue()


def _with_fixed_times(workbook: Workbook) -> bytes:
    """Return the workbook's bytes with fixed times; openpyxl writes the current time to properties and zip members."""
    source = zipfile.ZipFile(io.BytesIO(_openpyxl_bytes(workbook)))
    workbook.properties.created = workbook.properties.modified = FIRST_DAY
    properties = {"docProps/core.xml": tostring(workbook.properties.to_tree())}
    fixed = io.BytesIO()
    with zipfile.ZipFile(fixed, "w") as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _ZIP_TIME)
            member.create_system = 3  # the default depends on the operating system
            content = properties.get(name) or source.read(name)
            target.writestr(member, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return fixed.getvalue()


def workbook_bytes(lines: Iterable[Line]) -> bytes:
    """Return an xlsx workbook with one sheet: a header row, then a row per line."""
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(SHEET)
    sheet.append(Line._fields)
    for line in lines:
        sheet.append(line)
    return _with_fixed_times(workbook)


def text(cell: object) -> str:
    """Return a cell as the contract's text: missing is empty, numbers have no binary noise and no exponent."""
    if cell is None:
        return ""
    return f"{cell:.15g}" if isinstance(cell, float) else str(cell)


def csv_bytes(lines: Iterable[Line]) -> bytes:
    """Return a csv file (RFC 4180, UTF-8) with a header, its cells as the contract's texts."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(Line._fields)
    writer.writerows(map(text, line) for line in lines)
    return written.getvalue().encode()


def save(lines: Iterable[Line], path: Path) -> None:
    """Write csv if the file's name ends in .csv, else a workbook."""
    path.write_bytes(csv_bytes(lines) if path.suffix == ".csv" else workbook_bytes(lines))


def save_truth(truth: dict[int, str], path: Path) -> None:
    """Write the planted groups as csv: CustomerID, group."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("CustomerID", "group"), *truth.items()])
