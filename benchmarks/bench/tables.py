"""Tables of figures, and how they are printed."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import NamedTuple

from bench.results import Rows


class Table(NamedTuple):
    """A title above a head and lines of texts."""

    title: str
    rows: Rows


def grouped(lines: Rows) -> dict[str, list[float]]:
    """Return the values of each name, names in the order of their first line."""
    values: dict[str, list[float]] = {}
    for name, value in lines:
        values.setdefault(name, []).append(float(value))
    return values


def rates(lines: Rows, goals: Mapping[str, float] | None = None) -> Rows:
    """Return rows/s of each name, and the ratio of the first one, the product, to it; goals are ratios.

    `NAME of VERSION` is compared with NAME, the same of this version.
    """
    values = grouped(lines)
    product, *_ = values
    table = [["rows/s", "rounds", "min", "median", "max", "product / this", "goal"]]
    for name, each in values.items():
        this = name.rsplit(" of ", 1)[0]
        is_older = this != name and this in values
        is_product = name.startswith(product) and not is_older
        own = values[this if is_older else product]
        shares = ["", ""] if is_product else share(median(own) / median(each), name, goals)
        table.append([name, *spread(each, "{:,.0f}"), *shares])
    return table


def share(reached: float, name: str, goals: Mapping[str, float] | None) -> list[str]:
    """Return a ratio, and the goal if there is one."""
    goal = (goals or {}).get(name)
    return [f"{reached:.2f}", met(f">= {goal:.2f}", reached >= goal) if goal else ""]


def met(goal: str, is_met: bool) -> str:
    """Return a goal with the verdict."""
    return f"{goal}: {'met' if is_met else 'missed'}"


def spread(values: Sequence[float], form: str) -> list[str]:
    """Return how many values there are, their minimum, median and maximum."""
    return [str(len(values)), *(form.format(pick(values)) for pick in (min, median, max))]


def plain(rows: Rows) -> Iterable[str]:
    """Yield the lines of a table in aligned columns: texts to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        yield "  ".join([first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]).rstrip()


def markdown(rows: Rows) -> Iterable[str]:
    """Yield the lines of a Markdown table."""
    head, *body = rows
    rule = ["---", *["---:"] * (len(head) - 1)]
    yield from (f"| {' | '.join(cells)} |" for cells in (head, rule, *body))
