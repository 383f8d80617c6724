"""Text files: their encoding, separator and quoting.

Each is decided for the whole file. A file of any size is read in chunks.
"""

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path

from common.errors import UserError
from producer.reading.header import FIRST_ROWS, Header, Row, find, known
from producer.reading.tables import Table, blocks
from producer.record import COLUMNS

SEPARATORS = (",", ";", "\t", "|")
NAMES = {"\t": "tab"}
ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
SAVE = "save the file as csv in UTF-8"
EXCEL_SEPARATOR = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
BACKSLASHED = re.compile(r"\\([^\r\n])")
CHARACTERS = 1 << 20
"""Characters of a file read at a time, and the longest line."""


@dataclass(frozen=True)
class Dialect:
    r"""How a text file is written: encoding, separator, and whether quotes in a text are escaped with \."""

    encoding: str
    separator: str = ","
    has_backslashes: bool = False
    has_separator_line: bool = False

    def __str__(self) -> str:
        quotes = ", backslash-escaped quotes" if self.has_backslashes else ""
        return f"{ENCODINGS[self.encoding]}, separator {NAMES.get(self.separator, repr(self.separator))}{quotes}"


def dialects(path: Path, where: str) -> Iterator[Dialect]:
    """Yield how a text file may be written, the more likely dialect first.

    A backslash before a quote may belong to the text: it is an escape, as Spark writes it, only if the file cannot be
    read otherwise.
    """
    dialect = _with_separator(Dialect(_encoding(path, where)), path, where)
    yield dialect
    if _has_backslash_before_quote(path, dialect):
        yield replace(dialect, has_backslashes=True)


def table(dialect: Dialect, path: Path, where: str) -> Table:
    """Return the table of a text file of a dialect; reading a row that does not fit raises a UserError."""
    header = find(islice(_rows(dialect, path, where), FIRST_ROWS), where)
    if header is None:
        raise UserError(
            f"{where} has no header in its first {FIRST_ROWS} rows: the header must name {', '.join(COLUMNS)}."
        )
    return Table("", where, header.others, lambda: blocks(_lines(dialect, path, where, header), header))


def _lines(dialect: Dialect, path: Path, where: str, header: Header) -> Iterator[Row]:
    """Yield the rows below the header; each must have its number of fields."""
    for number, fields in _rows(dialect, path, where):
        if number <= header.row:
            continue
        if len(fields) != header.width and any(fields) and (len(fields) < header.width or any(fields[header.width :])):
            raise UserError(
                f"{where}, row {number} has {len(fields)} fields for {header.width} columns: quote a text that "
                "contains a separator or a line break, and give each row all fields."
            )
        yield number, fields


def _rows(dialect: Dialect, path: Path, where: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a text file, each with the number of its last line."""
    with path.open(encoding=dialect.encoding, newline="") as file:
        skipped = 1 if dialect.has_separator_line and file.readline() else 0
        reader = csv.reader(
            (_with_plain_backslashes(line, dialect) for line in file) if dialect.has_backslashes else file,
            delimiter=dialect.separator,
            escapechar="\\" if dialect.has_backslashes else None,
            strict=True,
        )
        try:
            for fields in reader:
                yield reader.line_num + skipped, fields
        except csv.Error as error:
            raise UserError(
                f"{where}, row {reader.line_num + skipped} is not csv ({error}): correct its quotes."
            ) from None


def _with_plain_backslashes(line: str, dialect: Dialect) -> str:
    r"""Return a line with literal backslashes doubled, as in a text such as 3\4 and in MySQL's \N."""
    special = f'\\"{dialect.separator}'
    return BACKSLASHED.sub(lambda pair: pair[0] if pair[1] in special else f"\\{pair[0]}", line)


def _with_separator(dialect: Dialect, path: Path, where: str) -> Dialect:
    """Return the dialect with the separator of Excel's `sep=` line, else with the one under which a header is found."""
    with path.open(encoding=dialect.encoding, newline="") as file:
        named = EXCEL_SEPARATOR.fullmatch(file.readline(16))
    if named:
        return replace(dialect, separator=named[1], has_separator_line=True)
    return max(
        (replace(dialect, separator=one) for one in SEPARATORS), key=partial(_names_found, path=path, where=where)
    )


def _names_found(dialect: Dialect, path: Path, where: str) -> int:
    """Return the most column names that one of the first rows has in a dialect."""
    most = 0
    try:
        for _, fields in islice(_rows(dialect, path, where), FIRST_ROWS):
            most = max(most, len(set(map(known, fields)) - {""}))
    except UserError:
        pass  # a row below the header; reading all rows will report it
    return most


def _has_backslash_before_quote(path: Path, dialect: Dialect) -> bool:
    before = ""
    for characters in _characters(path, dialect.encoding):
        if '\\"' in before + characters:
            return True
        before = characters[-1]
    return False


def _encoding(path: Path, where: str) -> str:
    """Return the encoding of a file: that of its byte order mark, else UTF-8 if it is valid, else Windows-1252."""
    with path.open("rb") as file:
        head = file.read(3)
    marked = next((name for mark, name in MARKS.items() if head.startswith(mark)), None)
    try:
        _check_characters(path, marked or "utf-8", where)
    except UnicodeError as error:
        if marked:
            raise UserError(
                f"{where} is not {ENCODINGS[marked]}, as its byte order mark says ({error}): {SAVE}."
            ) from None
    else:
        return marked or "utf-8"
    _refuse_mixture(path, where)
    _check_characters(path, "cp1252", where)
    return "cp1252"


def _check_characters(path: Path, encoding: str, where: str) -> None:
    """Decode a file; raise a UserError at a NUL or an endless line, a UnicodeError in another encoding."""
    row, length = 1, 0
    for characters in _characters(path, encoding):
        before, nul, _ = characters.partition("\0")
        length = _length_of_last_line(characters, length)
        if length > CHARACTERS:
            raise UserError(
                f"{where}, row {row + _line_ends(before)} has more than {CHARACTERS:,} characters: expected a text "
                "file with a line per sale."
            )
        if nul:
            raise UserError(
                f"{where}, row {row + _line_ends(before)} has a NUL character, which no text has (the file may be "
                f"damaged, or UTF-16 without a byte order mark): {SAVE}."
            )
        row += _line_ends(characters)


def _refuse_mixture(path: Path, where: str) -> None:
    """Refuse a file with rows in UTF-8 and rows that are not: either encoding would give wrong texts."""
    first_utf8 = first_other = 0
    with path.open(encoding="latin-1", newline="") as file:
        for row, line in enumerate(iter(partial(file.readline, CHARACTERS), ""), start=1):
            if line.isascii():
                continue
            try:
                line.encode("latin-1").decode("utf-8")
                first_utf8 = first_utf8 or row
            except UnicodeDecodeError:
                first_other = first_other or row
                _refuse_undefined(line, row, where)
            if first_utf8 and first_other:
                raise UserError(
                    f"{where} mixes encodings: row {first_utf8} is UTF-8 and row {first_other} is not: {SAVE}."
                )


def _refuse_undefined(line: str, row: int, where: str) -> None:
    try:
        line.encode("latin-1").decode("cp1252")
    except UnicodeDecodeError as error:
        byte = error.object[error.start]
        raise UserError(
            f"{where}, row {row} has the byte 0x{byte:02X}, which is neither UTF-8 nor Windows-1252: {SAVE}."
        ) from None


def _characters(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, newline="") as file:
        yield from iter(partial(file.read, CHARACTERS), "")


def _length_of_last_line(characters: str, before: int) -> int:
    """Return the length of the unfinished last line, of which `before` characters were read earlier."""
    end = max(characters.rfind("\n"), characters.rfind("\r"))
    return len(characters) + before if end < 0 else len(characters) - end - 1


def _line_ends(characters: str) -> int:
    return characters.count("\n") or characters.count("\r")
