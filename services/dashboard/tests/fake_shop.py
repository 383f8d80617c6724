"""A view with the lines of customers, which answers the statements of the page of one customer."""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any

import fake_view
from fake_view import FakeView

from dashboard.edges.mariadb import Row
from dashboard.statements import Statement

FIRST = dt.datetime(2011, 11, 1, 9, 30)  # noqa: DTZ001 - local time of the sales


def line(customer: str, invoice: str, offset: int, **changes: object) -> Row:
    """Return a line of two pieces at 1.255 pounds; invoices of later offsets are newer, by a day each."""
    return {
        "CustomerID": customer, "InvoiceNo": invoice, "InvoiceDate": FIRST + dt.timedelta(days=offset // 10),
        "StockCode": "22423", "Description": "CAKESTAND", "Quantity": 2, "UnitPrice": Decimal("1.255"),
        "kafka_partition": 0, "kafka_offset": offset,
    } | changes  # fmt: skip


def lines(customer: str, *invoices: tuple[str, Iterable[int]], **changes: object) -> list[Row]:
    """Return the lines of invoices, each at its offsets."""
    return [line(customer, number, offset, **changes) for number, offsets in invoices for offset in offsets]


class FakeShop(FakeView):
    """A grouped view with these lines; `segment` is everybody's group, None for no group."""

    def __init__(self, sold: Sequence[Row], segment: int | None = 0, moves: Sequence[Row] = ()) -> None:
        grouped = fake_view.grouped()
        super().__init__(grouped.content, **grouped.stand)
        self.sold, self.segment, self.moves = list(sold), segment, list(moves)
        self.passed_over = 0  # lines in the ranges that were read

    def erase(self, customer: str) -> None:
        """Erase a customer, as db_init.erase does."""
        for row in self.sold:
            if row["CustomerID"] == customer:
                row["CustomerID"] = None
        self.change(erased=self.stand["erased"] + 1)

    def rows(self, statement: Statement, **parameters: object) -> list[Row]:
        """Return the rows of a statement on one customer, or of another one."""
        answers: dict[str, Callable[..., list[Row]]] = {
            "look_up_customer": self._customer, "look_up_totals": self._totals, "look_up_months": self._months,
            "look_up_invoices": self._invoices, "look_up_places": self._places, "look_up_lines": self._lines,
            "look_up_moves": lambda **_: self.moves,
        }  # fmt: skip
        if statement.name not in answers:
            return super().rows(statement)
        self.read.append(statement.name)
        assert "{" not in statement.text
        return answers[statement.name](**parameters)

    def _of(self, customer: object) -> list[Row]:
        return [row for row in self.sold if row["CustomerID"] == customer]

    def _customer(self, customer: str) -> list[Row]:
        own = self._of(customer)
        bought = [row for row in own if not row["InvoiceNo"].startswith("C")]
        dates = [row["InvoiceDate"] for row in bought]
        if not own:
            return []
        return [
            {
                "CustomerID": customer, "recency": 3 if bought else None,
                "frequency": len({row["InvoiceNo"] for row in bought}), "monetary": pounds(own),
                "segment": self.segment, "name": None if self.segment is None else fake_view.NAMES[self.segment],
                "first_purchase": min(dates, default=None), "last_purchase": max(dates, default=None),
                "customers": 12, "place": 3, "turnover": Decimal(1000),
            }
        ]  # fmt: skip

    def _totals(self, customer: str) -> list[Row]:
        own = self._of(customer)
        numbers = {row["InvoiceNo"] for row in own}
        cancelled = sum(number.startswith("C") for number in numbers)
        return [{"invoices": len(numbers), "cancellations": cancelled, "sales_lines": Decimal(len(own))}]

    def _months(self, customer: str) -> list[Row]:
        def key(row: Row) -> tuple[dt.date, int]:
            return row["InvoiceDate"].date().replace(day=1), int(row["InvoiceNo"].startswith("C"))

        return [
            {
                "month": month, "is_cancellation": is_cancellation,
                "invoices": len({row["InvoiceNo"] for row in same}), "turnover": pounds(same),
            }
            for (month, is_cancellation), same in grouped(self._of(customer), key)
        ]  # fmt: skip

    def _invoices(self, customer: str, shown: int) -> list[Row]:
        found = [
            {
                "InvoiceNo": number, "is_cancellation": int(number.startswith("C")),
                "sold": max(row["InvoiceDate"] for row in same), "sales_lines": Decimal(len(same)),
                "turnover": pounds(same),
            }
            for number, same in grouped(self._of(customer), lambda row: row["InvoiceNo"])
        ]  # fmt: skip
        return sorted(found, key=lambda row: (row["sold"], row["InvoiceNo"]), reverse=True)[:shown]

    def _places(self, customer: str, shown: int) -> list[Row]:
        places = grouped(self._of(customer), lambda row: (row["InvoiceNo"], row["kafka_partition"]))
        found = [(max(row["InvoiceDate"] for row in same), *key, same) for key, same in places]
        return [
            {
                "InvoiceNo": number, "kafka_partition": partition,
                "first_offset": min(row["kafka_offset"] for row in same),
                "last_offset": max(row["kafka_offset"] for row in same), "sales_lines": len(same),
            }
            for _, number, partition, same in sorted(found, key=lambda one: one[:3], reverse=True)[:shown]
        ]  # fmt: skip

    def _lines(self, customer: str, **values: int) -> list[Row]:
        ranges = [
            (values[f"partition{number}"], range(values[f"first{number}"], values[f"last{number}"] + 1))
            for number in range(len(values) // 3)
        ]
        self.passed_over += sum(len(offsets) for _, offsets in ranges)
        return [
            dict(row)
            for row in self._of(customer)
            if any(row["kafka_partition"] == partition and row["kafka_offset"] in one for partition, one in ranges)
        ]


def pounds(rows: Iterable[Row]) -> Decimal:
    """Return what lines cost together."""
    return sum((row["Quantity"] * row["UnitPrice"] for row in rows), Decimal(0))


def grouped(rows: Iterable[Row], key: Callable[[Row], Any]) -> list[tuple[Any, list[Row]]]:
    """Return the rows of each key, in its order."""
    return [(value, list(same)) for value, same in groupby(sorted(rows, key=key), key)]
