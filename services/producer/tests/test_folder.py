"""The choice of the file to stream."""

from pathlib import Path

import pytest

from common.errors import UserError
from producer import folder


@pytest.mark.parametrize(
    ("files", "name", "chosen"),
    [
        (["sample.xlsx"], "", "sample.xlsx"),
        (["sample.xlsx", "mine.xlsx"], "", "mine.xlsx"),
        (["sample.xlsx", "mine.csv", "notes.md"], "", "mine.csv"),
        (["sample.xlsx", "archive.zip"], "", "archive.zip"),
        (["mine.XLS"], "", "mine.XLS"),
        *[([f"mine{suffix}"], "", f"mine{suffix}") for suffix in (".xlsm", ".xlsb", ".ods", ".tsv", ".txt", ".csv.gz")],
        (["mine.xlsx", "~$mine.xlsx", ".hidden.csv"], "", "mine.xlsx"),
        (["a.xlsx", "b.xlsx"], "b.xlsx", "b.xlsx"),
        (["sample.xlsx", "mine.xlsx"], "sample.xlsx", "sample.xlsx"),
    ],
)
def test_choice(tmp_path: Path, files: list[str], name: str, chosen: str) -> None:
    """The named file is chosen, else the only one that is not the sample, else the sample."""
    for file in files:
        (tmp_path / file).touch()
    assert folder.choose(tmp_path, name) == tmp_path / chosen


def test_two_workbooks(tmp_path: Path) -> None:
    """With two workbooks beside the sample, the error names both, and the setting that decides."""
    for file in ("sample.xlsx", "b.xlsx", "a.csv"):
        (tmp_path / file).touch()
    with pytest.raises(UserError, match=r"2 workbooks \(a.csv, b.xlsx\): set WORKBOOK"):
        folder.choose(tmp_path, "")


def test_an_empty_folder(tmp_path: Path) -> None:
    """The error names the files to put there."""
    with pytest.raises(UserError, match="holds no workbook: put an Excel or OpenDocument workbook"):
        folder.choose(tmp_path, "")


def test_files_of_other_kinds(tmp_path: Path) -> None:
    """The error names what is there instead."""
    for file in ("sales.parquet", "report.pdf", ".DS_Store"):
        (tmp_path / file).touch()
    with pytest.raises(UserError, match=r"holds no workbook \(it has report.pdf, sales.parquet\): put"):
        folder.choose(tmp_path, "")
