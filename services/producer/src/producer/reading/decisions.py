"""Decides, from all values of a file, how its dates and numbers are read."""

from collections.abc import Sequence
from typing import NamedTuple

from producer.reading import codes, dates, numbers
from producer.reading.dates import Dates, Order
from producer.reading.numbers import Numbers
from producer.reading.tables import Table
from producer.record import COLUMNS

CODES = ("InvoiceNo", "StockCode", "CustomerID")
NUMBERS = ("Quantity", "UnitPrice")
DATE = "InvoiceDate"


class Decisions(NamedTuple):
    """How dates and numbers of a file are read; `is_1904`: its serial numbers count from 1904."""

    dates: Dates
    numbers: Numbers
    is_1904: bool


def decide(tables: Sequence[Table], order: Order | None, *, is_1904: bool) -> Decisions:
    """Examine all values of a file's tables; raise a UserError if they are ambiguous or have lost digits."""
    date_evidence: list[dates.Evidence] = []
    number_evidence: list[numbers.Evidence] = []
    for table in tables:
        in_dates = dates.Evidence(table.where)
        in_numbers = {name: numbers.Evidence(table.where, name) for name in NUMBERS}
        _survey(table, in_dates, in_numbers)
        date_evidence.append(in_dates)
        number_evidence.extend(in_numbers.values())
    return Decisions(dates.decide(date_evidence, order), numbers.decide(number_evidence), is_1904)


def _survey(table: Table, in_dates: dates.Evidence, in_numbers: dict[str, numbers.Evidence]) -> None:
    for block in table.blocks():
        columns = dict(zip(COLUMNS, block.columns, strict=True))
        for name in CODES:
            codes.refuse_lost_digits(columns[name].values, columns[name].first(block.rows), table.where, name)
        in_dates.add(columns[DATE].values, columns[DATE].first(block.rows))
        for name, evidence in in_numbers.items():
            evidence.add(columns[name].values, columns[name].first(block.rows))


def described(form: str, decisions: Decisions) -> str:
    """Return how a file is written and what was decided for it, in one line."""
    return ", ".join(filter(None, [form, str(decisions.dates), str(decisions.numbers)]))
