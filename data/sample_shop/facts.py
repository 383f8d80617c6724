"""Facts about generated lines, counted from the lines."""

from collections import Counter
from collections.abc import Callable, Iterable
from decimal import Decimal

from sample_shop.catalogue import HOME
from sample_shop.customers import GROUPS
from sample_shop.files import text
from sample_shop.ledger import RETURNS_ALONE, Line


def is_british(line: Line) -> bool:
    """Return whether a line was sold in the United Kingdom."""
    return line.Country == HOME


def is_cancellation(line: Line) -> bool:
    """Return whether a line's invoice number starts with C."""
    return str(line.InvoiceNo).startswith("C")


def amount(line: Line) -> Decimal:
    """Return quantity times price in pounds, exactly."""
    return line.Quantity * Decimal(text(line.UnitPrice))


def _distinct(values: Iterable[object]) -> str:
    return f"{len(set(values)):,}"


def _range(values: list[float]) -> str:
    return f"{min(values):,} … {max(values):,}"


def _count(lines: list[Line], is_meant: Callable[[Line], bool]) -> str:
    return f"{sum(map(is_meant, lines)):,}"


def _shop(lines: list[Line]) -> dict[str, str]:
    codes = [text(line.StockCode) for line in lines]
    british = list(filter(is_british, lines))
    return {
        "lines": f"{len(lines):,}",
        "lines of the United Kingdom": f"{len(british):,}",
        "lines of other countries": f"{len(lines) - len(british):,}",
        "Σ Quantity·UnitPrice, all": f"{sum(map(amount, lines)):,.3f}",
        "Σ Quantity·UnitPrice, United Kingdom": f"{sum(map(amount, british)):,.3f}",
        "countries": _distinct(line.Country for line in lines),
        "invoices": _distinct(line.InvoiceNo for line in lines),
        "customers": _distinct(line.CustomerID for line in lines if line.CustomerID),
        "customers in the United Kingdom": _distinct(line.CustomerID for line in british if line.CustomerID),
        "StockCodes": _distinct(codes),
        "StockCodes, letter case ignored": _distinct(code.casefold() for code in codes),
        "InvoiceDate": f"{lines[0].InvoiceDate} … {lines[-1].InvoiceDate}",
        "Quantity": _range([line.Quantity for line in lines]),
        "UnitPrice": _range([line.UnitPrice for line in lines]),
    }


def _dirt(lines: list[Line]) -> dict[str, str]:
    return {
        "cancellations (InvoiceNo `C…`)": _count(lines, is_cancellation),
        "Quantity < 0 without a cancellation": _count(lines, lambda x: x.Quantity < 0 and not is_cancellation(x)),
        "CustomerID missing": _count(lines, lambda line: line.CustomerID is None),
        "Description missing": _count(lines, lambda line: line.Description is None),
        "Description with a trailing blank": _count(lines, lambda line: (line.Description or "").endswith(" ")),
        "UnitPrice = 0": _count(lines, lambda line: line.UnitPrice == 0),
        "UnitPrice < 0": _count(lines, lambda line: line.UnitPrice < 0),
        "UnitPrice with three decimals": _count(lines, lambda line: round(line.UnitPrice, 2) != line.UnitPrice),
        "exact duplicates of another line": f"{len(lines) - len(set(lines)):,}",
    }


def _planted(truth: dict[int, str]) -> dict[str, str]:
    counts = Counter(truth.values())
    return {f"planted: {name}": f"{counts[name]:,}" for name in (*(group.name for group in GROUPS), RETURNS_ALONE)}


def table(lines: list[Line], truth: dict[int, str]) -> str:
    """Return the facts as a table in Markdown."""
    facts = _shop(lines) | _dirt(lines) | _planted(truth)
    return "\n".join(["| fact | value |", "| --- | --- |", *(f"| {name} | {value} |" for name, value in facts.items())])
