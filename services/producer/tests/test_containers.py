"""Detection of file formats and archives, and the errors for files whose name and content differ."""

import gzip
import io
import re
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import handmade
import msoffcrypto.format.ooxml
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import UserError
from producer.reading.containers import unpacked

CSV = b"InvoiceNo,StockCode\n536365,85123A\n"
HTML = b"\xef\xbb\xbf \r\n<!DOCTYPE html>\n<html><body><table></table></body></html>"

type Members = Mapping[str, bytes]


def zipped(members: Members, compression: int = ZIP_DEFLATED) -> bytes:
    """Return a zip archive."""
    target = io.BytesIO()
    with ZipFile(target, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def gzipped(content: bytes, name: str = "") -> bytes:
    """Return a gzip archive, with a name in its header or without."""
    target = io.BytesIO()
    with gzip.GzipFile(name, "wb", fileobj=target) as file:
        file.write(content)
    return target.getvalue()


def xlsx() -> bytes:
    """Return an Excel workbook."""
    target = io.BytesIO()
    openpyxl.Workbook().save(target)
    return target.getvalue()


def encrypted() -> bytes:
    """Return an Excel workbook that has a password."""
    target = io.BytesIO()
    msoffcrypto.format.ooxml.OOXMLFile(io.BytesIO(xlsx())).encrypt("password", target)
    return target.getvalue()


def locked() -> bytes:
    """Return a zip archive that is marked as encrypted."""
    content = bytearray(zipped({"a.csv": CSV}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


def deflate64() -> bytes:
    """Return a zip archive with a compression that Windows uses for large files and Python does not support."""
    content = bytearray(zipped({"a.csv": CSV}))
    content[8] = 9
    content[content.index(b"PK\x01\x02") + 10] = 9
    return bytes(content)


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return a directory for unpacked files."""
    (tmp_path / "scratch").mkdir()
    return tmp_path / "scratch"


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory for all examples."""
    return tmp_path_factory.mktemp("containers")


@pytest.mark.parametrize("name", ["a.csv", "a.TSV", "a.txt"])
def test_a_plain_file(tmp_path: Path, scratch: Path, name: str) -> None:
    """A text file has the format of its name, in any letter case."""
    (tmp_path / name).write_bytes(CSV)
    with unpacked(tmp_path / name, scratch) as file:
        assert file == (tmp_path / name, name[1:].lower(), str(tmp_path / name))


def test_workbooks(tmp_path: Path, scratch: Path) -> None:
    """A workbook has the format of its content: programs use the suffix of another format."""
    handmade.xls(tmp_path / "a.xls", [])
    handmade.xlsb(tmp_path / "a.xlsb", [])
    handmade.ods(tmp_path / "a.ods", "")
    (tmp_path / "a.xlsx").write_bytes(xlsx())
    for book in list(tmp_path.glob("a.*")):
        for suffix in (".xls", ".xlsx", ".xlsb", ".ods"):
            name = book.with_name(f"called{suffix}")
            name.write_bytes(book.read_bytes())
            with unpacked(name, scratch) as file:
                assert file == (name, book.suffix, str(name))
    (tmp_path / "a.XLSM").write_bytes(xlsx())
    with unpacked(tmp_path / "a.XLSM", scratch) as file:
        assert file.suffix == ".xlsm"


@pytest.mark.parametrize(
    ("name", "content", "inner"),
    [
        ("archive.zip", zipped({"OnlineRetail.csv": CSV}), "OnlineRetail.csv"),
        ("archive.ZIP", zipped({"data/": b"", "data/a.CSV": CSV, "readme.txt": b"x", "a.pdf": b"x"}), "a.CSV"),
        ("archive.zip", zipped({"a.csv": CSV, "__MACOSX/._a.csv": b"x", ".b.csv": b"x", "~$c.xlsx": b"x"}), "a.csv"),
        ("archive.zip", zipped({"notes.txt": CSV}, ZIP_STORED), "notes.txt"),
        ("data.csv.gz", gzipped(CSV, "other.xlsx"), "data.csv"),
        ("data.GZ", gzipped(CSV, "inner.csv"), "inner.csv"),
    ],
)  # fmt: skip
def test_an_archive(tmp_path: Path, scratch: Path, name: str, content: bytes, inner: str) -> None:
    """An archive's file is unpacked into the scratch directory, and removed at the end."""
    path = tmp_path / name
    path.write_bytes(content)
    with unpacked(path, scratch) as file:
        assert file.path.read_bytes() == CSV
        assert file.path.parent == scratch
        assert file[1:] == (Path(inner).suffix.lower(), f"{path}, file {inner!r}")
    assert not list(scratch.iterdir())


def test_a_workbook_in_an_archive(tmp_path: Path, scratch: Path) -> None:
    """A workbook may be in an archive, or have the suffix of one."""
    book = xlsx()
    for name, content in (("a.zip", zipped({"a.xlsx": book})), ("b.zip", book), ("c.xlsx.gz", gzipped(book))):
        (tmp_path / name).write_bytes(content)
        with unpacked(tmp_path / name, scratch) as file:
            assert file.suffix == ".xlsx"
            assert file.path.read_bytes() == book


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"", "a.csv is empty: put the whole file there."),
        ("a.xls", HTML, "a.xls is an HTML or XML page: open it in a spreadsheet program and save it as .xlsx."),
        ("a.xlsx", b"<table><tr>", "a.xlsx is an HTML or XML page"),
        ("a.xls", b'<?xml version="1.0"?><Workbook>', "a.xls is an HTML or XML page"),
        ("a.csv", HTML, "a.csv is an HTML or XML page"),
        ("a.xlsx", CSV, "a.xlsx is a text file by its content: rename it to end in .csv."),
        ("a.xls", "a\tb".encode("utf-16"), "a.xls is a text file by its content: rename it to end in .csv."),
        ("a.zip", CSV, "a.zip is a text file by its content: rename it to end in .csv."),
        ("a.csv", xlsx(), "a.csv is an Excel workbook by its content: rename it to end in .xlsx."),
        ("a.csv", zipped({"a.csv": CSV}), "a.csv is a zip archive by its content: rename it to end in .zip."),
        ("a.xlsx", zipped({"a.csv": CSV}), "a.xlsx is a zip archive by its content: rename it"),
        ("a.csv", gzipped(CSV), "a.csv is a gzip archive by its content: rename it to end in .gz."),
        ("a.csv", b"\xd0\xcf\x11\xe0" + bytes(600), "a.csv is an old Excel workbook by its content: rename it"),
        ("a.xlsx", b"\x7fELF\0\0", "a.xlsx is neither a workbook nor a text file: put the whole file there"),
        ("a.xlsx", encrypted(), "a.xlsx is encrypted: save it without a password."),
        ("a.csv", encrypted(), "a.csv is encrypted: save it without a password."),
        ("a.zip", zipped({"b.xlsx": encrypted()}), "a.zip, file 'b.xlsx' is encrypted: save it without a password."),
        ("a.zip", zipped({"b.xlsx": HTML}), "a.zip, file 'b.xlsx' is an HTML or XML page"),
        ("a.zip", locked(), "a.zip has a password: unpack it, and put 'a.csv' there instead."),
        ("a.zip", deflate64(), "a.zip has an unsupported compression: unpack it, and put 'a.csv' there."),
        ("a.zip", zipped({"a.csv": CSV, "b/c.xlsx": b"x"}), "a.zip holds 2 workbooks (a.csv, c.xlsx): unpack it"),
        ("a.zip", zipped({f"{n}.csv": CSV for n in range(9)}), "(0.csv, 1.csv, 2.csv, 3.csv, 4.csv and 4 more)"),
        ("a.zip", zipped({"a.pdf": b"", "b/c.doc": b""}), "a.zip holds no workbook and no csv file, but a.pdf, c.doc:"),
        ("a.zip", zipped({"b/": b""}), "a.zip holds no workbook and no csv file, but nothing: put one there."),
        ("a.zip", zipped({"b.zip": b"x"}), "a.zip holds another archive (b.zip): unpack it"),
        ("a.csv.gz", gzipped(zipped({"a.csv": CSV})), "a.csv.gz, file 'a.csv' is a zip archive by its content"),
        ("a.zip.gz", gzipped(zipped({"a.csv": CSV})), "a.zip.gz holds another archive (a.zip): unpack it"),
        ("a.tar.gz", gzipped(CSV), "a.tar.gz holds 'a.tar', no workbook or csv file by its name: unpack"),
        ("a.zip", zipped({"a.csv": CSV * 9})[:-9], "a.zip is damaged or incomplete (File is not a zip file): copy"),
        ("a.csv.gz", gzipped(CSV)[:-1], "a.csv.gz is damaged or incomplete (Compressed file ended before"),
        ("a.csv.gz", gzipped(CSV)[:-8] + bytes(8), "a.csv.gz is damaged or incomplete (CRC check failed"),
    ],
)  # fmt: skip
def test_user_errors(tmp_path: Path, scratch: Path, name: str, content: bytes, expected: str) -> None:
    """One error names the problem and the way out; no temporary file remains."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UserError, match=re.escape(expected)), unpacked(tmp_path / name, scratch):
        pass
    assert not list(scratch.iterdir())


DAMAGE = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=3)


@pytest.mark.parametrize("name", ["a.zip", "a.csv.gz", "a.xlsx"])
@given(end=st.floats(0, 1), changes=DAMAGE)
def test_any_damage(directory: Path, name: str, end: float, changes: list[tuple[float, int]]) -> None:
    """A truncated or changed archive gives its content or one error."""
    whole = {"a.zip": zipped({"a.csv": CSV}), "a.csv.gz": gzipped(CSV), "a.xlsx": xlsx()}[name]
    content = bytearray(whole)
    for place, value in changes:
        content[int(place * len(content))] = value
    (directory / name).write_bytes(content[: round(end * len(content)) if not changes else len(content)])
    try:
        with unpacked(directory / name, directory) as file:
            assert name == "a.xlsx" or file.path.read_bytes() == CSV
    except UserError as error:
        assert str(error).startswith(str(directory / name))  # noqa: PT017 - either is right
    assert {path.name for path in directory.iterdir()} <= {"a.zip", "a.csv.gz", "a.xlsx"}
