"""The generator writes the committed sample, and the sample has the properties in its README."""

# ruff: noqa: S101, PLR2004 - tests use assert and expected figures

import contextlib
import csv
import hashlib
import io
import json
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from generate_sample import OUTPUT, generate
from sample_shop import customers, facts, files
from sample_shop.ledger import RETURNS_ALONE, Line

HERE = Path(__file__).parent
# In a test container the contracts are mounted at the root.
CONTRACTS = (Path("/contracts"), HERE.parent / "integration_tests/contracts")

type Sample = tuple[list[Line], dict[int, str]]
type IsMeant = Callable[[Line], bool]
type Count = Callable[[list[Line]], int]


@pytest.fixture(scope="module")
def sample() -> Sample:
    """Return the lines and the truth of the committed workbook."""
    return generate()


def _cells(path: Path) -> list[tuple[object, ...]]:
    with contextlib.closing(openpyxl.load_workbook(path, read_only=True)) as workbook:
        return list(workbook[files.SHEET].iter_rows(values_only=True))


def test_the_same_seed_writes_the_same_bytes() -> None:
    """Two runs with the same arguments write workbooks with the same SHA-256."""
    first, second = (hashlib.sha256(files.workbook_bytes(generate(lines=2_000)[0])).hexdigest() for _ in range(2))
    assert first == second


def test_another_seed_is_another_shop() -> None:
    """The seed decides the lines."""
    assert generate(seed=1, lines=2_000) != generate(seed=2, lines=2_000)


def test_the_committed_cells_are_the_generated_ones(sample: Sample) -> None:
    """Every cell of the committed workbook has the generated value."""
    header, *cells = _cells(OUTPUT)
    assert header == Line._fields
    assert cells == sample[0]


@pytest.mark.skipif("ng" in zlib.ZLIB_RUNTIME_VERSION, reason="zlib-ng compresses the same cells to other bytes")
def test_the_committed_bytes_are_the_generated_ones(sample: Sample) -> None:
    """The committed workbook has the SHA-256 of a new one."""
    written = hashlib.sha256(files.workbook_bytes(sample[0])).hexdigest()
    assert hashlib.sha256(OUTPUT.read_bytes()).hexdigest() == written


def test_the_workbook_is_small() -> None:
    """The workbook has at most 1.4 MB, to keep clones fast."""
    assert OUTPUT.stat().st_size <= 1_400_000


def test_the_readme_states_the_facts(sample: Sample) -> None:
    """The README has the table that `--facts` prints."""
    assert facts.table(*sample) in (HERE / "README.md").read_text(encoding="utf-8")


def _has_letters_in_both_cases(lines: list[Line]) -> int:
    codes = {str(line.StockCode) for line in lines}
    return sum(code != code.upper() and code.upper() in codes for code in codes)


SHARES: list[tuple[str, IsMeant, float, float]] = [
    ("United Kingdom", facts.is_british, 0.90, 0.92),
    ("cancellations", facts.is_cancellation, 0.015, 0.019),
    ("negative pieces, no cancellation", lambda x: x.Quantity < 0 and not facts.is_cancellation(x), 0.002, 0.006),
    ("no customer", lambda line: line.CustomerID is None, 0.24, 0.27),
    ("no description", lambda line: line.Description is None, 0.002, 0.004),
    ("no price", lambda line: line.UnitPrice == 0, 0.003, 0.008),
    ("trailing blank", lambda line: (line.Description or "").endswith(" "), 0.01, 0.10),
    ("three decimals", lambda line: round(line.UnitPrice, 2) != line.UnitPrice, 0.001, 0.05),
]


@pytest.mark.parametrize(("kind", "is_meant", "least", "most"), SHARES, ids=[share[0] for share in SHARES])
def test_dirty_data_has_its_share(
    sample: Sample, kind: str, is_meant: Callable[[Line], bool], least: float, most: float
) -> None:
    """Each kind of dirty data occurs about as often as in the real data."""
    share = sum(map(is_meant, sample[0])) / len(sample[0])
    assert least <= share <= most, f"{kind}: {share:.4f}"


RARITIES: list[tuple[str, Count, int]] = [
    ("countries", lambda lines: len({line.Country for line in lines}), 10),
    ("codes in both letter cases", _has_letters_in_both_cases, 50),
    ("exact duplicates", lambda lines: len(lines) - len(set(lines)), 150),
    ("negative prices", lambda lines: sum(line.UnitPrice < 0 for line in lines), 2),
    ("a tenth of a penny", lambda lines: sum(line.UnitPrice == 0.001 for line in lines), 3),
    ("largest quantity and its return", lambda lines: sum(abs(line.Quantity) == 80_995 for line in lines), 2),
    ("largest price and its return", lambda lines: sum(line.UnitPrice == 38_970 for line in lines), 2),
    ("names with a comma", lambda lines: sum("," in (line.Description or "") for line in lines), 100),
    ("names with a quote", lambda lines: sum('"' in (line.Description or "") for line in lines), 100),
    ("names with an ampersand", lambda lines: sum("&" in (line.Description or "") for line in lines), 100),
    ("names with an emoji", lambda lines: sum("🎁" in (line.Description or "") for line in lines), 1),
    ("customers in two countries", lambda lines: len(_customers(lines, True) & _customers(lines, False)), 3),
    *(
        (code, lambda lines, code=code: sum(line.StockCode == code for line in lines), 1)
        for code in ("POST", "D", "M", "B", "BANK CHARGES", "gift_0001_20")
    ),
]


def _customers(lines: list[Line], at_home: bool) -> set[int]:
    return {line.CustomerID for line in lines if line.CustomerID and facts.is_british(line) == at_home}


@pytest.mark.parametrize(("kind", "count", "least"), RARITIES, ids=[rarity[0] for rarity in RARITIES])
def test_rarities_occur(sample: Sample, kind: str, count: Count, least: int) -> None:
    """What is rare in the real data occurs in the sample."""
    assert count(sample[0]) >= least, kind


@pytest.mark.parametrize("overlap", customers.SPREADS)
@pytest.mark.parametrize("seed", range(5))
def test_every_british_customer_is_planted(seed: int, overlap: customers.Overlap) -> None:
    """The truth has a group for exactly the customers with a number and a line in the United Kingdom."""
    lines, truth = generate(seed, 5_000, overlap)
    assert set(truth) == _customers(lines, True)
    assert set(truth.values()) == {*(group.name for group in customers.GROUPS), RETURNS_ALONE}


@pytest.mark.parametrize("overlap", customers.SPREADS)
def test_planted_customers_have_a_turnover(overlap: customers.Overlap) -> None:
    """Net of cancellations, customers in a group have a positive turnover, which has a logarithm; others have none."""
    lines, truth = generate(overlap=overlap)
    spent = dict.fromkeys(truth, 0.0)
    for line in filter(facts.is_british, lines):
        if line.CustomerID:
            spent[line.CustomerID] += float(facts.amount(line))
    assert all((spent[customer] > 0) == (group != RETURNS_ALONE) for customer, group in truth.items())


def test_lines_come_in_order_of_time(sample: Sample) -> None:
    """Times ascend from December 2010 to December 2011."""
    times = [line.InvoiceDate for line in sample[0]]
    assert times == sorted(times)
    assert (times[0].year, times[0].month, times[-1].year, times[-1].month) == (2010, 12, 2011, 12)


def test_an_invoice_has_one_customer(sample: Sample) -> None:
    """An invoice has several lines and one customer."""
    buyers = {(line.InvoiceNo, line.CustomerID) for line in sample[0]}
    invoices = {line.InvoiceNo for line in sample[0]}
    assert len(buyers) == len(invoices) < len(sample[0]) / 3


def test_the_contract_rejects_no_line(sample: Sample) -> None:
    """The text of every cell meets the contract's constraints."""
    fields = json.loads(_schema().read_text(encoding="utf-8"))["fields"][1:]
    limits = {field["name"]: field["constraints"] for field in fields}
    rows = csv.DictReader(io.StringIO(files.csv_bytes(sample[0]).decode(), newline=""))
    assert not [(name, row) for row in rows for name, cell in row.items() if not _is_allowed(cell, limits[name])]


def _schema() -> Path:
    return next(path for path in CONTRACTS if path.is_dir()) / "online_retail.schema.json"


def _is_allowed(cell: str, limit: dict[str, str | int | float | bool]) -> bool:
    if not cell:
        return not limit.get("required")
    if isinstance(limit.get("minimum"), int | float):
        whole, _, decimals = cell.partition(".")
        is_fine = len(decimals) <= ("pattern" in limit) * 3 and whole.removeprefix("-").isdecimal()
        return is_fine and float(limit["minimum"]) <= float(cell) <= float(limit["maximum"])
    return len(cell) <= int(limit.get("maxLength", 19))


@pytest.mark.parametrize("name", ["small.csv", "small.xlsx"])
def test_the_suffix_decides_the_format(name: str, tmp_path: Path) -> None:
    """A csv file and a workbook of the same lines have the same cells."""
    lines = generate(lines=1_000)[0]
    files.save(lines, tmp_path / name)
    if name.endswith(".csv"):
        rows = list(csv.reader(io.StringIO((tmp_path / name).read_bytes().decode(), newline="")))
    else:
        rows = [[files.text(cell) for cell in row] for row in _cells(tmp_path / name)]
    assert rows == [list(Line._fields), *([files.text(cell) for cell in line] for line in lines)]


def test_too_few_lines_are_refused() -> None:
    """A number of lines that is too small for all kinds of lines is refused; the error has the minimum."""
    with pytest.raises(ValueError, match="at least 1000"):
        generate(lines=10)
