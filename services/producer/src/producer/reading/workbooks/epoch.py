"""Whether a workbook counts days from 1900, or from 1904 as Excel for Mac once did."""

import mmap
import re
from pathlib import Path
from zipfile import ZipFile

from producer.reading.damage import as_user_errors
from producer.reading.workbooks.package import Package

# The start of an .xls workbook's settings (version 5 or 8); kind, length and content of each record follow.
XLS_START = re.compile(rb"\x09\x08[\x08\x10]\x00\x00[\x05\x06]\x05\x00")
XLS_END, XLS_1904 = b"\x0a\x00", b"\x22\x00"
# The properties of an .xlsb workbook: kind, length, flags.
XLSB_1904 = re.compile(rb"\x99\x01.([\x00-\xff])", re.DOTALL)
ODS_1904 = re.compile(rb"<table:null-date[^>]*1904-01-01")
ODS_SETTINGS = 2**20
"""Bytes at the start of an .ods file's content that are searched for its settings; the tables follow them."""


def is_1904(path: Path, suffix: str, where: str) -> bool:
    """Return whether a workbook counts days from 1904; it matters for numbers in cells without a date format.

    Raises a UserError if the workbook cannot be read.
    """
    with as_user_errors(where):
        if suffix == ".xls":
            return _xls(path)
        with ZipFile(path) as archive:
            if suffix == ".ods":
                return _ods(archive)
            return _xlsb(archive) if suffix == ".xlsb" else Package(archive).is_1904


def _xls(path: Path) -> bool:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        start = XLS_START.search(content)
        place = start.start() if start else len(content)
        while (kind := content[place : place + 2]) not in {b"", XLS_END}:
            if kind == XLS_1904:
                return content[place + 4 : place + 5] == b"\x01"
            place += 4 + int.from_bytes(content[place + 2 : place + 4], "little")
    return False


def _ods(archive: ZipFile) -> bool:
    with archive.open("content.xml") as content:
        return ODS_1904.search(content.read(ODS_SETTINGS)) is not None


def _xlsb(archive: ZipFile) -> bool:
    [book, *_] = [name for name in archive.namelist() if name.lower().endswith("workbook.bin")]
    properties = XLSB_1904.search(archive.read(book))
    return properties is not None and bool(properties[1][0] & 1)
