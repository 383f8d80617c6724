"""The file with the sales lines: which one it is, and the texts of its rows."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from python_calamine import CalamineError, PasswordError

from producer.mistake import Mistake
from producer.record import COLUMNS, text, texts

SUFFIXES = (".xlsx", ".xls", ".csv")
SAMPLE = "sample.xlsx"
# The names that the later edition of the data, "Online Retail II", has for the same columns.
ALIASES = {"invoice": "InvoiceNo", "price": "UnitPrice"}
NAMES = {name.casefold(): name for name in COLUMNS} | ALIASES
# A password makes an Excel workbook an OLE file with a stream of this name.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
KINDS = "an Excel workbook (.xlsx, .xls) or a csv file (.csv)"


class Row(NamedTuple):
    """The eight canonical texts of a row, and where it stands as a person would find it."""

    place: str
    texts: tuple[str, ...]


def choose(directory: Path, name: str) -> Path:
    """Return the workbook to stream: the named one, else the only one that is not the sample, else the sample."""
    if name:
        return directory / name
    try:
        found = sorted(file.name for file in directory.iterdir() if _is_workbook(file.name))
    except PermissionError:
        raise Mistake(f"{directory} may not be read by this service: allow it with chmod a+rx.") from None
    own = [name for name in found if name != SAMPLE]
    if len(own) > 1:
        raise Mistake(f"{directory} holds {len(own)} workbooks ({', '.join(own)}): set WORKBOOK to the one to stream.")
    if not found:
        raise Mistake(
            f"{directory} holds no workbook: put {KINDS} there, or set DATA_DIR to the directory that has it."
        )
    return directory / (own or found)[0]


def _is_workbook(name: str) -> bool:
    """Tell a workbook by its name; `~$…` is the lock file of a spreadsheet program that has one open."""
    return name.lower().endswith(SUFFIXES) and not name.startswith((".", "~$"))


def opened(path: Path) -> BufferedReader:
    """Return the workbook, open; raises a Mistake where there is none that can be read."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise Mistake(f"{path} does not exist: put the workbook there, or correct WORKBOOK or DATA_DIR.") from None
    except IsADirectoryError:
        raise Mistake(f"{path} is a directory: set WORKBOOK to the name of a file.") from None
    except PermissionError:
        raise Mistake(f"{path} may not be read by this service: allow it with chmod a+r.") from None


def rows(path: Path) -> Iterator[Row]:
    """Yield the rows of one sheet after the other, without blank ones; raises a Mistake that names where."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise Mistake(f"{path} is not a workbook by its name: WORKBOOK must be {KINDS}.")
    yield from _csv_rows(path) if suffix == ".csv" else _excel_rows(path)


def _excel_rows(path: Path) -> Iterator[Row]:
    if ENCRYPTED in path.read_bytes():
        raise encrypted(path)
    try:
        with pd.ExcelFile(path, engine="calamine") as file:
            for name in map(str, file.sheet_names):
                yield from _sheet_rows(_cells(file, name), f"{path}, sheet {name!r}")
    except PasswordError:
        raise encrypted(path) from None
    except (CalamineError, OSError) as error:
        raise Mistake(f"{path} is not an Excel workbook ({error}): save it as .xlsx or .csv again.") from None


def _cells(file: pd.ExcelFile, sheet: str) -> pd.DataFrame:
    """Return the cells of a sheet as they are; without a header, which would rename columns and end at blank rows."""
    return pd.read_excel(file, sheet_name=sheet, header=None, dtype=object, keep_default_na=False, na_filter=False)


def encrypted(path: Path) -> Mistake:
    """Return the mistake of a workbook that has a password."""
    return Mistake(f"{path} is encrypted: save it without a password.")


def _sheet_rows(frame: pd.DataFrame, where: str) -> Iterator[Row]:
    begin = next((n for n, cells in enumerate(frame.itertuples(index=False)) if any(map(text, cells))), None)
    if begin is None:
        return
    columns = _positions([text(cell) for cell in frame.iloc[begin]], where)
    body = frame.iloc[begin + 1 :]
    cells = zip(*[texts(body[column].tolist()) for column in columns], strict=True)
    for number, line in enumerate(cells, start=begin + 2):
        if any(line):
            yield Row(f"{where}, row {number}", line)


def _positions(header: Sequence[str], where: str) -> list[int]:
    """Return where each canonical column stands in a header; spaces and letter case of names do not count."""
    names = [NAMES.get(name.replace(" ", "").casefold(), "") for name in header]
    missing = [name for name in COLUMNS if name not in names]
    if missing:
        raise Mistake(f"{where} has no column {', '.join(missing)}: its first row must name {', '.join(COLUMNS)}.")
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise Mistake(f"{where} has the column {', '.join(twice)} twice: remove or rename one of them.")
    return [names.index(name) for name in COLUMNS]


def _csv_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        reader = csv.reader(_decoded(file, path), strict=True)
        try:
            header = next((fields for fields in reader if any(fields)), None)
            if header is not None:
                yield from _fields_rows(reader, header, path)
        except csv.Error as error:
            raise Mistake(f"{path}, row {reader.line_num} is not csv ({error}): correct it.") from None


def _decoded(file: Iterable[bytes], path: Path) -> Iterator[str]:
    """Decode line by line, so that a mistake can name the row."""
    for number, line in enumerate(file, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError:
            raise Mistake(f"{path}, row {number} is not UTF-8: save the file as csv in UTF-8.") from None


def _fields_rows(reader: Any, header: list[str], path: Path) -> Iterator[Row]:
    columns = _positions(header, str(path))
    for fields in reader:
        where = f"{path}, row {reader.line_num}"
        if len(fields) > len(header):
            raise Mistake(f"{where} has {len(fields)} fields for {len(header)} columns: quote a text with commas.")
        line = tuple(fields[column] if column < len(fields) else "" for column in columns)
        if any(line):
            yield Row(where, line)
