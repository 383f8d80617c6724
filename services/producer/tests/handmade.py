"""Writes workbooks byte by byte: formats and variants that none of the installed libraries writes."""

import struct
from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZipFile

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
END_OF_CHAIN, FAT_SECTOR, FREE, SECTOR = 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFF, 512

type Cells = Iterable[tuple[int, int, float | str]]
"""Row and column, from 0, and value; in the order of a sheet."""
type Merges = Sequence[tuple[int, int, int, int]]
"""First and last row, first and last column, from 0."""


def relations(*targets: tuple[str, str]) -> str:
    """Return the XML with the kind and target of each part, with ids r0, r1 and so on."""
    items = (
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets)
    )
    return f"<Relationships>{''.join(items)}</Relationships>"


def xlsx(path: Path, sheet: str, *, properties: str = "", kind: str = "worksheet") -> Path:
    """Write a workbook whose only sheet, S, has this XML."""
    with ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.xml")))
        archive.writestr("xl/_rels/workbook.xml.rels", relations((kind, "worksheets/sheet1.xml")))
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="{RELATIONS}">{properties}<sheets><sheet name="S" r:id="r0"/></sheets></workbook>',
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def ods(path: Path, rows: str, settings: str = "") -> Path:
    """Write a workbook whose only table, S, has these rows."""
    names = {
        prefix: f"urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"
        for prefix in ("office", "table", "text", "manifest")
    }
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in names.items())
    table = f'<table:table table:name="S">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{settings}{table}</office:spreadsheet></office:body>"
    with ZipFile(path, "w") as archive:
        archive.writestr("mimetype", ODS_TYPE)
        archive.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest {spaces}><manifest:file-entry manifest:full-path="/"/></manifest:manifest>',
        )
        archive.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return path


def xlsb(path: Path, cells: Cells, merges: Merges = (), *, is_1904: bool = False) -> Path:
    """Write a workbook whose only sheet, S, has these cells."""
    sheet = [_xlsb_record(129), _xlsb_record(148, bytes(16)), _xlsb_record(145)]
    last = None
    for row, column, value in cells:
        if row != last:
            sheet.append(_xlsb_record(0, struct.pack("<I13x", row)))
            last = row
        place = struct.pack("<II", column, 0)
        is_number = isinstance(value, float)
        sheet.append(
            _xlsb_record(5, place + struct.pack("<d", value))
            if is_number
            else _xlsb_record(6, place + _wide(str(value)))
        )
    merged = [_xlsb_record(176, struct.pack("<4I", *merge)) for merge in merges]
    if merged:
        merged = [_xlsb_record(177, struct.pack("<I", len(merges))), *merged, _xlsb_record(178)]
    sheet += [_xlsb_record(146), *merged, _xlsb_record(130)]
    properties = _xlsb_record(153, struct.pack("<III", is_1904, 0, 0))
    bundle = _xlsb_record(156, struct.pack("<II", 0, 1) + _wide("r0") + _wide("S"))
    with ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("_rels/.rels", relations(("officeDocument", "xl/workbook.bin")))
        archive.writestr("xl/_rels/workbook.bin.rels", relations(("worksheet", "worksheets/sheet1.bin")))
        book = [_xlsb_record(131), properties, _xlsb_record(143), bundle, _xlsb_record(144), _xlsb_record(132)]
        archive.writestr("xl/workbook.bin", b"".join(book))
        archive.writestr("xl/worksheets/sheet1.bin", b"".join(sheet))
    return path


def _xlsb_record(kind: int, content: bytes = b"") -> bytes:
    return _varint(kind) + _varint(len(content)) + content


def _varint(number: int) -> bytes:
    return bytes([number]) if number < 128 else bytes([number & 127 | 128]) + _varint(number >> 7)


def _wide(text: str) -> bytes:
    content = text.encode("utf-16-le")
    return struct.pack("<I", len(content) // 2) + content


def xls(path: Path, cells: Cells, merges: Merges = (), *, is_1904: bool = False) -> Path:
    """Write a workbook whose only sheet, S, has these cells."""
    formats = [struct.pack("<HH16x", 0, number) for number in (0, 22)]
    book = [
        _xls_record(0x0809, struct.pack("<HH12x", 0x0600, 0x0005)),
        _xls_record(0x0022, struct.pack("<H", is_1904)),
        *(_xls_record(0x00E0, content) for content in formats),
    ]
    end = _xls_record(0x000A)
    offset = sum(map(len, book)) + 4 + 9 + len(end)
    book += [_xls_record(0x0085, struct.pack("<IBBBB", offset, 0, 0, 1, 0) + b"S"), end]
    sheet = [
        _xls_record(0x0809, struct.pack("<HH12x", 0x0600, 0x0010)),
        *(_xls_cell(*cell) for cell in cells),
        _xls_record(0x00E5, struct.pack("<H", len(merges)) + b"".join(struct.pack("<4H", *merge) for merge in merges)),
        end,
    ]
    path.write_bytes(_ole(b"".join(book + sheet)))
    return path


def _xls_record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _xls_cell(row: int, column: int, value: float | str) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, str):
        content = value.encode("utf-16-le")
        return _xls_record(0x0204, place + struct.pack("<HB", len(content) // 2, 1) + content)
    return _xls_record(0x0203, place + struct.pack("<d", value))


def _ole(stream: bytes) -> bytes:
    """Return an OLE file with this stream, padded to be long enough for regular sectors."""
    sectors = max(-(-len(stream) // SECTOR), 8)
    chain = [FAT_SECTOR, END_OF_CHAIN, *range(3, sectors + 2), END_OF_CHAIN]
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I",
        bytes.fromhex("D0CF11E0A1B11AE1"), 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, END_OF_CHAIN, 0, END_OF_CHAIN, 0,
        0, *[FREE] * 108,
    )  # fmt: skip
    fat = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    directory = _entry("Root Entry", 5, 1, END_OF_CHAIN, 0) + _entry("Workbook", 2, FREE, 2, sectors * SECTOR)
    return head + fat + directory.ljust(SECTOR, b"\0") + stream.ljust(sectors * SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return struct.pack("<64sHBBIII36xIQ", text, len(text), kind, 1, FREE, FREE, child, start, size)
