"""The folder DATA_DIR: which of its files is streamed, and whether the file can be read."""

import stat
from io import BufferedReader
from pathlib import Path

from common.errors import UserError
from producer.reading.containers import SUFFIXES

SAMPLE = "sample.xlsx"
SAMPLE_SOURCE = "3874f61fc136245f"
"""The sample's source in messages: the first digits of the SHA-256 of its canonical csv."""
KINDS = (
    "an Excel or OpenDocument workbook (.xlsx, .xlsm, .xlsb, .xls, .ods), a csv file (.csv, .tsv, .txt), or one of "
    "them packed (.zip, .gz)"
)


def choose(directory: Path, name: str) -> Path:
    """Return the file to stream: the named one, else the only one that is not the sample, else the sample."""
    if name:
        return directory / name
    try:
        files = sorted(file.name for file in directory.iterdir())
    except PermissionError:
        raise UserError(_unreadable(directory, "a+rx")) from None
    found = [file for file in files if is_streamable(file)]
    own = [file for file in found if file != SAMPLE]
    if len(own) > 1:
        raise UserError(
            f"{directory} holds {len(own)} workbooks ({', '.join(own)}): set WORKBOOK to the one to stream."
        )
    if not found:
        others = ", ".join([file for file in files if not file.startswith(".")][:9])
        but = f" (it has {others})" if others else ""
        raise UserError(
            f"{directory} holds no workbook{but}: put {KINDS} there, or set DATA_DIR to the folder that has it."
        )
    return directory / (own or found)[0]


def is_streamable(name: str) -> bool:
    """Return whether a file can be streamed, by its name; `~$…` is a spreadsheet program's lock file."""
    return name.lower().endswith(SUFFIXES) and not name.startswith((".", "~$"))


def opened(path: Path) -> BufferedReader:
    """Return the file, open; raise a UserError if it is missing or cannot be read."""
    try:
        return path.open("rb")
    except FileNotFoundError:
        raise UserError(f"{path} does not exist: put the workbook there, or correct WORKBOOK or DATA_DIR.") from None
    except IsADirectoryError:
        raise UserError(
            f"{path} is a directory: set WORKBOOK to a file's name, or DATA_DIR to this directory."
        ) from None
    except PermissionError:
        raise UserError(_unreadable(path, "a+r")) from None


def _unreadable(path: Path, mode: str) -> str:
    if not _mode_allows(path):
        return f"{path} cannot be read by this service: allow it with chmod {mode}."
    return (
        f"{path} cannot be read by this service though its mode allows it: SELinux may forbid it. Label the folder "
        "that DATA_DIR names as a mount with :z would: chcon -R -t container_file_t FOLDER."
    )


def _mode_allows(path: Path) -> bool:
    """Return whether the mode allows all users to read a file, or list a directory."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    wanted = stat.S_IROTH | (stat.S_IXOTH if stat.S_ISDIR(mode) else 0)
    return mode & wanted == wanted
