"""Workbooks and csv files, written as a person's tools would."""

import csv
import datetime as dt
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import openpyxl
import pytest

from producer.record import COLUMNS

MOMENT = dt.datetime(2010, 12, 1, 8, 26)  # noqa: DTZ001 - wall-clock time is what a sheet has
LINE = [536365, "85123A", "LAMP", 6, MOMENT, 2.55, 17850, "United Kingdom"]

# The container is thrown away, and its user owns no directory where examples could be kept; a busy machine is slow.
hypothesis.settings.register_profile("container", database=None, deadline=None)
hypothesis.settings.load_profile("container")

type Sheets = Mapping[str, Sequence[Sequence[object]]]


@pytest.fixture
def excel(tmp_path: Path) -> Callable[..., Path]:
    """Give a writer of workbooks: a mapping of sheet names to rows, the header among them."""

    def write(sheets: Sheets, name: str = "book.xlsx") -> Path:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        for title, rows in sheets.items():
            sheet = book.create_sheet(title)
            for row in rows:
                sheet.append(list(row))
        book.save(tmp_path / name)
        return tmp_path / name

    return write


@pytest.fixture
def one_line(excel: Callable[..., Path]) -> Path:
    """Give a workbook of a single line."""
    return excel({"Sales": [COLUMNS, LINE]})


@pytest.fixture
def table(tmp_path: Path) -> Callable[..., Path]:
    """Give a writer of csv files: rows of texts."""

    def write(rows: Sequence[Sequence[str]], name: str = "book.csv", encoding: str = "utf-8") -> Path:
        with (tmp_path / name).open("w", newline="", encoding=encoding) as file:
            csv.writer(file).writerows(rows)
        return tmp_path / name

    return write


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    """Give the directory where canonical csv files are kept."""
    (tmp_path / "volume").mkdir()
    return tmp_path / "volume"


def contract_examples(kind: str = "valid") -> list[dict[str, Any]]:
    """Return examples of the contract, which the processor's tests read too."""
    file = Path(os.environ.get("CONTRACTS_DIR", "/contracts")) / "examples.json"
    examples: list[dict[str, Any]] = json.loads(file.read_text("utf-8"))[kind]
    return examples
