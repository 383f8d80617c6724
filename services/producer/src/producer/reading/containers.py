"""Detects what a file is, by its content: a workbook, a text file, or an archive with one of them."""

import gzip
import mmap
import re
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import NamedTemporaryFile
from typing import IO, NamedTuple

from common.errors import UserError
from producer.reading.damage import as_user_errors, damaged, encrypted

WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
ARCHIVES = (".zip", ".gz")
SUFFIXES = (*WORKBOOKS, *TEXTS, *ARCHIVES)
CHUNK = 2**20

# The first bytes of a file.
ZIP, OLE, GZIP = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"\x1f\x8b"
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:html|head|body|table|meta|!doctype|!--|\?xml)", re.IGNORECASE)
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# An Excel workbook with a password is an OLE file with a stream of this name.
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

NAMES = {
    ".xlsx": "an Excel workbook",
    ".xlsb": "a binary Excel workbook",
    ".xls": "an old Excel workbook",
    ".ods": "an OpenDocument workbook",
    ".zip": "a zip archive",
    ".gz": "a gzip archive",
    ".csv": "a text file",
}


class Unpacked(NamedTuple):
    """A plain file: its path, its kind (one of WORKBOOKS and TEXTS), and its name in errors."""

    path: Path
    suffix: str
    name: str


@contextmanager
def unpacked(path: Path, scratch: Path) -> Iterator[Unpacked]:
    """Yield the plain file that a file is or contains; an unpacked one is kept in `scratch` until the end.

    Raises a UserError if the content does not match the name, or if an archive does not contain exactly one such file.
    """
    suffix = _suffix_of(path, path.suffix.lower(), str(path))
    if suffix not in ARCHIVES:
        yield Unpacked(path, suffix, str(path))
        return
    with NamedTemporaryFile(dir=scratch, prefix="unpacked-") as file:
        inner = (_unzip if suffix == ".zip" else _gunzip)(path, file)
        file.flush()
        plain, name = Path(file.name), f"{path}, file {inner!r}"
        suffix = _suffix_of(plain, PurePosixPath(inner).suffix.lower(), name)
        if suffix in ARCHIVES:
            raise _nested(path, inner)
        yield Unpacked(plain, suffix, name)


def _suffix_of(path: Path, named: str, name: str) -> str:
    """Return a file's kind; of all files but workbooks the name must match the content."""
    found = _content(path, named, name)
    if found in WORKBOOKS and named in (*WORKBOOKS, ".zip"):
        return named if (named, found) == (".xlsm", ".xlsx") else found
    if found == ".csv" and named in TEXTS:
        return named
    if found != named:
        raise UserError(f"{name} is {NAMES[found]} by its content: rename it to end in {found}.")
    return found


def _content(path: Path, named: str, name: str) -> str:
    """Return the suffix that fits a file's content: that of a workbook, `.zip`, `.gz`, or `.csv` for any text."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise UserError(f"{name} is empty: put the whole file there.")
    if head.startswith(GZIP):
        return ".gz"
    if head.startswith(ZIP):
        return _zipped(path, name)
    if head.startswith(OLE):
        return _ole(path, name)
    if MARKUP.match(head):
        raise UserError(f"{name} is an HTML or XML page: open it in a spreadsheet program and save it as .xlsx.")
    # In a text file, the reader of the text reports the row.
    if b"\0" in head and named not in TEXTS and not head.startswith(UTF_16):
        raise UserError(f"{name} is neither a workbook nor a text file: put the whole file there, or save it again.")
    return ".csv"


def _zipped(path: Path, name: str) -> str:
    with as_user_errors(name), zipfile.ZipFile(path) as archive:
        members = {member.replace("\\", "/").lower() for member in archive.namelist()}
    if "[content_types].xml" in members:
        return ".xlsb" if any(member.endswith("workbook.bin") for member in members) else ".xlsx"
    return ".ods" if {"mimetype", "content.xml"} <= members else ".zip"


def _ole(path: Path, name: str) -> str:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(ENCRYPTED) >= 0:
            raise encrypted(name)
    return ".xls"


def _unzip(path: Path, target: IO[bytes]) -> str:
    """Write the one workbook or text of an archive, and return its name."""
    with as_user_errors(str(path)), zipfile.ZipFile(path) as archive:
        member = _only(path, archive.infolist())
        if member.flag_bits & 1:
            raise UserError(f"{path} has a password: unpack it, and put {_base(member)!r} there instead.")
        try:
            with archive.open(member) as source:
                shutil.copyfileobj(source, target, CHUNK)
        except NotImplementedError:
            raise UserError(
                f"{path} has an unsupported compression: unpack it, and put {_base(member)!r} there."
            ) from None
        if target.tell() != member.file_size:
            raise damaged(str(path), f"{target.tell():,} of {member.file_size:,} bytes")
    return _base(member)


def _only(path: Path, members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """Return the only workbook or text; `.txt` counts only without others, as it may be a readme."""
    files = [member for member in members if not _is_hidden(member)]
    tables = [member for member in files if _base(member).lower().endswith((*WORKBOOKS, *TEXTS[:-1]))]
    tables = tables or [member for member in files if _base(member).lower().endswith(TEXTS[-1])]
    if len(tables) == 1:
        return tables[0]
    if tables:
        raise UserError(f"{path} holds {len(tables)} workbooks ({_listed(tables)}): unpack it, and choose one of them.")
    archives = [member for member in files if _base(member).lower().endswith(ARCHIVES)]
    if archives:
        raise _nested(path, _base(archives[0]))
    raise UserError(f"{path} holds no workbook and no csv file, but {_listed(files) or 'nothing'}: put one there.")


def _is_hidden(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is a folder, a file that macOS adds, or the lock file of a spreadsheet program."""
    return member.is_dir() or member.filename.startswith("__MACOSX/") or _base(member).startswith((".", "~$"))


def _base(member: zipfile.ZipInfo) -> str:
    return PurePosixPath(member.filename.replace("\\", "/")).name


def _listed(members: list[zipfile.ZipInfo], most: int = 5) -> str:
    names = ", ".join(map(_base, members[:most]))
    return names + f" and {len(members) - most} more" * (len(members) > most)


def _gunzip(path: Path, target: IO[bytes]) -> str:
    """Write the content of a gzip archive, and return its name."""
    names = (path.stem, _stored_name(path))
    inner = next((name for name in names if name.lower().endswith(SUFFIXES)), None)
    if inner is None:
        raise UserError(f"{path} holds {names[0]!r}, no workbook or csv file by its name: unpack and rename it.")
    with as_user_errors(str(path)), gzip.open(path) as source:
        shutil.copyfileobj(source, target, CHUNK)
    return inner


def _stored_name(path: Path) -> str:
    """Return the name in a gzip header (RFC 1952): after ten bytes and an optional extra field, up to a zero."""
    has_extra, has_name = 4, 8
    with path.open("rb") as file:
        head = file.read(10 + 2**16)
    flags = head[3] if len(head) > 10 else 0  # noqa: PLR2004 - the fixed part
    if not flags & has_name:
        return ""
    start = 12 + int.from_bytes(head[10:12], "little") if flags & has_extra else 10
    return head[start:].partition(b"\0")[0].decode("latin-1")


def _nested(path: Path, inner: str) -> UserError:
    return UserError(f"{path} holds another archive ({inner}): unpack it, and put the file itself there.")
