"""Make the canonical csv of a workbook in a separate process: unchanged, and with a cell far from the table.

    python stray.py

The workbook is an .xlsx. Prints a line for each: its name, peak MiB, seconds. Calamine alone reads only the unchanged
workbook: with a cell in XFD1 it allocates hundreds of gigabytes.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from python_calamine import CalamineWorkbook

from common.settings import load
from producer import canonical, folder, settings
from producer.reading.workbooks.package import Package

DATA = Path("/data")
VOLUME = Path("/var/lib/producer")
NOTE = b'<c r="XFD1" t="inlineStr"><is><t>note</t></is></c></row>'
BLANK = b'<row r="1048576"><c r="H1048576" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row></sheetData>'
MIB = 2**10  # in the unit of the kernel

type Edit = Callable[[bytes], bytes]

EDITS: Mapping[str, Edit] = {
    "as it is": lambda xml: xml,
    "a note in XFD1": lambda xml: xml.replace(b"</row>", NOTE, 1),
    "a blank in H1048576": lambda xml: xml.replace(b"</sheetData>", BLANK, 1),
}


def main() -> None:
    """Measure each workbook and reader."""
    if len(sys.argv) > 1:
        measure(WAYS[sys.argv[1]], Path(sys.argv[2]))
        return
    workbook = folder.choose(DATA, load(settings.Settings).workbook)
    with TemporaryDirectory(dir=VOLUME) as scratch:
        for name, edit in EDITS.items():
            edited = Path(scratch, "edited.xlsx")
            write(workbook, edited, edit)
            for way in WAYS if name == "as it is" else ["producer"]:
                figures = subprocess.run([sys.executable, __file__, way, edited], check=True, stdout=subprocess.PIPE)
                print(name if way == "producer" else f"{name}, {way}", figures.stdout.decode(), sep="\t", end="")


def write(workbook: Path, edited: Path, edit: Edit) -> None:
    """Write a copy of a workbook with its first sheet's XML edited."""
    with ZipFile(workbook) as source, ZipFile(edited, "w", ZIP_DEFLATED, compresslevel=1) as target:
        _, sheet = Package(source).sheets[0]
        for part in source.namelist():
            content = source.read(part)
            target.writestr(part, edit(content) if part.lower() == sheet.lower() else content)


def measure(way: Callable[[Path], int], path: Path) -> None:
    """Print this process' peak memory, and the seconds."""
    begin = time.monotonic()
    way(path)
    seconds = time.monotonic() - begin
    # Not `ru_maxrss`, which includes the process that started this one.
    held = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    print(round(int(held[1]) / MIB) if held else "", f"{seconds:.2f}", sep="\t")


def producer(path: Path) -> int:
    """Return the number of lines, read, checked and written by the producer."""
    return canonical.prepare(path, path.parent).rows


def whole(path: Path) -> int:
    """Return the number of rows, read by calamine."""
    with CalamineWorkbook.from_path(path) as workbook:
        return sum(1 for name in workbook.sheet_names for _ in workbook.get_sheet_by_name(name).iter_rows())


WAYS = {"producer": producer, "calamine alone": whole}

if __name__ == "__main__":
    main()
