"""Print and draw the groups of customers.

python -m analysis.groups
"""

import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from analysis import program
from analysis.view import Customers, View

HEADER = ["group", "customers", "share", "days since", "invoices", "pounds", "of turnover"]
PICTURE = "groups.png"
MAX_DRAWN = 20_000  # customers: more overlap too much


def main() -> int:
    """Print the table and write the picture; return the exit code."""
    return program.run(show)


def show(view: View, reports: Path) -> None:
    """Print the current groups and draw their customers."""
    segments = view.segments()
    program.show(f"Groups of customers as of {segments[0]['as_of']} (medians)", HEADER, [_row(one) for one in segments])
    drawn(view.customers(), {one["segment"]: one["name"] for one in segments}).savefig(reports / PICTURE, dpi=120)
    sys.stdout.write(f"\nreports/{PICTURE} shows the customers\n")


def _row(segment: dict[str, Any]) -> list[object]:
    return [
        segment["name"],
        f"{segment['customers']:,}",
        f"{segment['share']:.0%}",
        f"{segment['median_recency']:,.0f}",
        f"{segment['median_frequency']:,.0f}",
        f"{segment['median_monetary']:,.0f}",
        f"{segment['turnover_share']:.0%}",
    ]


def drawn(customers: Customers, names: dict[int, str]) -> Figure:
    """Return a figure with a point per customer: recency and frequency on the x axes, monetary on the y axis."""
    mpl.use("agg")
    step = -(-len(customers.segments) // MAX_DRAWN)
    rfm, segments = customers.rfm[::step], customers.segments[::step]
    figure = Figure(figsize=(11, 5), layout="constrained")
    by_recency, by_frequency = figure.subplots(1, 2, sharey=True)
    for number, name in names.items():
        recency, frequency, monetary = rfm[segments == number].T
        by_recency.scatter(recency + 1, monetary, s=6, alpha=0.5, label=name)
        by_frequency.scatter(frequency, monetary, s=6, alpha=0.5, label=name)
    by_recency.set(xscale="log", yscale="log", xlabel="days since the last purchase, plus 1", ylabel="pounds spent")
    by_frequency.set(xscale="log", xlabel="invoices")
    by_frequency.legend(markerscale=3)
    for axes in (by_recency, by_frequency):
        axes.grid(alpha=0.3)
    return figure


if __name__ == "__main__":
    sys.exit(main())
