"""Reads the sheets of an .xls, .xlsb or .ods file in a separate process with limited memory.

calamine reads these files as a whole, and allocates the rectangle around the cells of a sheet: a cell far from the
others takes more memory than any machine has, and the process is killed. The program prints the sheets as a series of
pickles: a name, the rows in batches, None after the last; or a UserError instead of any of them.

    python -m producer.reading.workbooks.isolated WORKBOOK NAME_OF_IT
"""

import pickle
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import batched, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, cast

from python_calamine import CalamineWorkbook, SheetTypeEnum

from common.errors import UserError
from producer.reading import damage
from producer.reading.workbooks import merges
from producer.reading.workbooks.rows import Merge, Row, filled, numbered

MEMORY = 1_400 * 2**20
"""Bytes that the process may use: the container has 2 GiB; the workbook of 541,909 lines as .ods takes a third."""
SECONDS = 600
"""CPU seconds: a hundred times what that workbook takes."""
BATCH = 1_000
"""Rows that are sent together."""


def sheets(path: Path, suffix: str, where: str, scratch: Path) -> Iterator[tuple[str, Iterator[Row]]]:
    """Yield the name and the rows of each sheet; rows that are not consumed are skipped."""
    with TemporaryDirectory(dir=scratch, prefix="isolated-") as folder:
        # calamine chooses the format by the suffix.
        link = Path(folder, f"workbook{suffix}")
        link.symlink_to(path.absolute())
        with _program(link, where) as messages:
            for name in messages:
                rows = _rows(messages)
                yield name, rows
                for _ in rows:
                    pass


def _rows(messages: Iterator[Any]) -> Iterator[Row]:
    for batch in messages:
        if batch is None:
            return
        yield from batch


@contextmanager
def _program(path: Path, where: str) -> Iterator[Iterator[Any]]:
    command = [sys.executable, "-m", __name__, str(path), where]
    # calamine's output when it crashes is of no use.
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:  # noqa: S603
        try:
            yield _messages(process, where)
        finally:
            process.kill()


def _messages(process: subprocess.Popen[bytes], where: str) -> Iterator[Any]:
    """Yield what the program prints; raise the error that it reports, or the one that its exit code means."""
    output = cast("IO[bytes]", process.stdout)
    try:
        while True:
            message = pickle.load(output)  # noqa: S301 - written by our own program
            if isinstance(message, UserError):
                raise message
            yield message
    except (EOFError, pickle.UnpicklingError):
        code = process.wait()
    if code in {-signal.SIGABRT, -signal.SIGKILL}:
        raise damage.too_large(where)
    if code < 0:
        raise damage.damaged(where, signal.Signals(-code).name)
    if code:
        raise subprocess.CalledProcessError(code, process.args)


def main() -> None:
    """Print the sheets of a workbook."""
    path, where = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with damage.as_user_errors(where), CalamineWorkbook.from_path(path) as workbook:
            for message in _dump(workbook, _merges(Path(path), where)):
                pickle.dump(message, sys.stdout.buffer)
    except UserError as error:
        pickle.dump(error, sys.stdout.buffer)


def _merges(path: Path, where: str) -> Mapping[str, Sequence[Merge]]:
    """Return the merged cells that calamine does not report."""
    if path.suffix == ".xlsb" and merges.are_tall_in_xlsb(path):
        raise UserError(f"{where} has cells merged over several rows, which cannot be read: save it as .xlsx.")
    return merges.of_ods(path) if path.suffix == ".ods" else {}


def _dump(workbook: CalamineWorkbook, merges_of: Mapping[str, Sequence[Merge]]) -> Iterator[object]:
    for number, found in enumerate(workbook.sheets_metadata):
        if found.typ == SheetTypeEnum.WorkSheet:
            yield found.name
            sheet = workbook.get_sheet_by_index(number)
            if sheet.start is not None and sheet.end is not None:
                top, left = sheet.start
                # The iterator starts at row 1, though not at column A.
                rows = numbered(islice(sheet.iter_rows(), top, None), (top, left))
                known = sheet.merged_cell_ranges or merges_of.get(found.name, ())
                yield from batched(filled(rows, known, sheet.end[1] + 1), BATCH, strict=False)
            yield None


if __name__ == "__main__":
    main()
