"""The parts of an .xlsx file: its sheets, texts and formats."""

import posixpath
import re
import shutil
import xml.etree.ElementTree as ET
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
CHUNK = 2**20
# The file's own count of its texts, for which calamine allocates memory unchecked.
TEXTS = re.compile(rb"""\suniqueCount\s*=\s*["']\d*["']""")


class Relation(NamedTuple):
    """A relation of one part to another: its kind, such as `worksheet`, and the other part."""

    kind: str
    part: str


class Package:
    """An open .xlsx file.

    `sheets` has the name and the part of each sheet with cells, including hidden ones; `is_1904` is whether days count
    from 1904.
    """

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        # Names are compared as on Windows.
        self._names = {name.replace("\\", "/").lower(): name for name in archive.namelist()}
        [book, *_] = [found.part for found in self._relations("").values() if found.kind == "officeDocument"]
        self._relations_of_book = self._relations(book)
        root = self._parsed(book)
        self.is_1904 = any(item.get("date1904") in {"1", "true"} for item in root.iterfind(".//{*}workbookPr"))
        self.sheets = [
            (sheet.get("name", ""), related.part)
            for sheet in root.iterfind(".//{*}sheets/{*}sheet")
            for related in [self._relations_of_book[_id(sheet)]]
            if related.kind == "worksheet"
        ]

    def open(self, part: str) -> IO[bytes]:
        """Return a part, open; raise BadZipFile if it is missing."""
        if part.lower() not in self._names:
            raise BadZipFile(f"{part} is missing")
        return self._archive.open(self._names[part.lower()])

    def write_frame(self, target: ZipFile, sheets: int) -> None:
        """Write a workbook without its sheets, which have numbers as names; texts and formats are this one's."""
        ids = range(sheets)
        book = "".join(f'<sheet name="{n}" r:id="r{n}"/>' for n in ids)
        parts = "".join(f'<Relationship Id="r{n}" Type="{TYPES}/worksheet" Target="{n}.xml"/>' for n in ids)
        target.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns:r="{TYPES}"><workbookPr date1904="{self.is_1904:d}"/><sheets>{book}</sheets></workbook>',
        )
        target.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{parts}</Relationships>")
        target.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="book" Type="{TYPES}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>",
        )
        for related in self._relations_of_book.values():
            if related.kind in {"sharedStrings", "styles"} and related.part.lower() in self._names:
                with self.open(related.part) as source, target.open(f"xl/{related.kind}.xml", "w") as copy:
                    copy.write(TEXTS.sub(b"", source.read(CHUNK), count=1))
                    shutil.copyfileobj(source, copy, CHUNK)

    def _relations(self, part: str) -> dict[str, Relation]:
        """Return the relations of a part, by id; "" is the whole package."""
        folder, name = posixpath.split(part)
        return {
            item.get("Id", ""): Relation(
                posixpath.basename(item.get("Type", "")),
                posixpath.normpath(posixpath.join("/", folder, item.get("Target", ""))).lstrip("/"),
            )
            for item in self._parsed(posixpath.join(folder, "_rels", f"{name}.rels"))
        }

    def _parsed(self, part: str) -> ET.Element:
        with self.open(part) as source:
            return ET.parse(source).getroot()  # noqa: S314 - expat itself stops entities that multiply


def _id(sheet: ET.Element) -> str:
    return next((value for key, value in sheet.items() if key.endswith("}id")), "")
