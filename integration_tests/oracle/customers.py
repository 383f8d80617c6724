"""The customers: whether each of them equals the sum of the British lines."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from oracle.expectation import Expected, Fate
from oracle.findings import Findings
from oracle.snapshot import BRITISH, COLUMNS, Customer, Row, Snapshot, moment

type Invoices = dict[str, set[str]]

INVOICE, QUANTITY, DATE, PRICE, CUSTOMER = (
    COLUMNS[BRITISH].index(name) + 1 for name in ("InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
)
CANCELLATIONS = ("C", "c")
NOBODY = Customer(None, None, 0, Decimal(0))


class Customers:
    """Adds the lines up, one by one."""

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self._sums: dict[str, Customer] = {}
        self._invoices: Invoices = {}
        self._newest: dt.datetime | None = None

    def date(self, wanted: Expected) -> None:
        """Take a message's date as the newest sale, unless it is more than a day after its receipt."""
        if wanted.line is not None and wanted.fate is Fate.TAKEN:
            latest = moment(wanted.message.timestamp) + dt.timedelta(days=1)
            if wanted.line.InvoiceDate <= latest:
                self._newest = max(filter(None, (self._newest, wanted.line.InvoiceDate)))

    def take(self, row: Row) -> None:
        """Add a row of any table."""
        if row.table == BRITISH and row.content[CUSTOMER] is not None:
            self._add(row.content)

    def _add(self, line: tuple[Any, ...]) -> None:
        name, invoice, date = line[CUSTOMER], line[INVOICE], line[DATE]
        so_far = self._sums.get(name, NOBODY)
        so_far = so_far._replace(monetary=so_far.monetary + line[QUANTITY] * line[PRICE])
        if not invoice.startswith(CANCELLATIONS):
            invoices = self._invoices.setdefault(name, set())
            invoices.add(invoice)
            first, last = (so_far.first_purchase or date, so_far.last_purchase or date)
            so_far = Customer(min(first, date), max(last, date), len(invoices), so_far.monetary)
        self._sums[name] = so_far

    def check(self, view: Snapshot) -> None:
        """Check each customer, and the newest sale."""
        if view.customers is not None:
            self._compare("Customer_Sales", view.customers, self._sums)
            self._compare("Customer_Invoices", view.invoices, self._invoices)
            if unknown := sorted(set(view.members) - set(self._sums)):
                self._findings.add(
                    "unknown customers in groups", f"Segment_Members has {unknown[0]!r}, who has no line"
                )
            if view.newest_sale != self._newest:
                found = f"Stream_State has the newest sale at {view.newest_sale}, it is at {self._newest}"
                self._findings.add("wrong newest sale", found)

    def _compare(self, table: str, stored: Mapping[str, Any], right: Mapping[str, Any]) -> None:
        for name in sorted({**stored, **right}):
            if (found := stored.get(name)) != (wanted := right.get(name)):
                found = f"{table}: customer {name!r} has {found}, by the lines it is {wanted}"
                self._findings.add(f"wrong {table}", found)
