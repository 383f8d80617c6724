"""Reads the rows of an .xlsx file's sheets in blocks: memory depends on the block, not on the sheet.

calamine reads a sheet as a whole and allocates the rectangle around its cells: 300 MB for half a million rows of eight
columns, 284 GB with a note in XFD1. It therefore gets a workbook with a sheet per block of rows; cells, texts and
formats are copied byte by byte.
"""

from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from producer.reading.workbooks.package import Package
from producer.reading.workbooks.rows import Row, filled, numbered
from producer.reading.workbooks.sheet_xml import SheetXml

# calamine searches for merged cells in an extra pass, which ends at the first list of them: an empty list saves it.
PIECE = b"<worksheet><mergeCells/><sheetData>%b</sheetData></worksheet>"


def rows(package: Package, part: str, scratch: Path) -> Iterator[Row]:
    """Yield the rows of a sheet, given by its part of the package; the pieces are kept in `scratch` until the end."""
    widths = []
    with NamedTemporaryFile(dir=scratch, prefix="pieces-", suffix=".xlsx") as file:
        with package.open(part) as source, ZipFile(file, "w") as target:
            sheet = SheetXml(source)
            for number, block in enumerate(sheet.blocks()):
                target.writestr(f"xl/{number}.xml", PIECE % block.xml)
                widths.append(block.width)
            merges = list(sheet.merges())
            package.write_frame(target, len(widths))
        file.flush()
        with CalamineWorkbook.from_path(file.name) as workbook:
            yield from filled(_read(workbook), merges, max(widths, default=0))


def _read(workbook: CalamineWorkbook) -> Iterator[Row]:
    for name in workbook.sheet_names:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.start is not None:
            yield from numbered(sheet.to_python(), sheet.start)
