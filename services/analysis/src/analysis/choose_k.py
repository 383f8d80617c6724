"""Measure k-means for 2 to 8 groups of lines and of customers, recommend a number, draw both.

python -m analysis.choose_k
"""

import sys
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from analysis import program
from analysis.choice import Candidate, candidates, customer_features, line_features, recommended
from analysis.view import View

HEADER = ["k", "inertia", "silhouette", "smallest group"]
PICTURE = "choose-k.png"


def main() -> int:
    """Print both tables and write the picture; return the exit code."""
    return program.run(choose)


def choose(view: View, reports: Path) -> None:
    """Run k-means on lines and customers, print the results and draw them."""
    lines, kind = view.lines()
    customers = view.customers()
    found = {
        f"lines ({kind} features; CLUSTERS)": (
            candidates(line_features(lines.values, kind), lines.weights),
            lines.groups,
        ),
        "customers (RFM; SEGMENTS)": (
            candidates(customer_features(customers.rfm), np.ones(len(customers.rfm))),
            len(set(customers.segments.tolist()) - {-1}),
        ),
    }
    for title, (measured, groups) in found.items():
        rows = [[one.groups, f"{one.inertia:,.0f}", f"{one.silhouette:.3f}", f"{one.smallest:.1%}"] for one in measured]
        program.show(title, HEADER, rows)
        sys.stdout.write(f"\nrecommended: k = {recommended(measured)} (the view has {groups or 'none'})\n")
    figure = drawn({title: measured for title, (measured, _) in found.items()})
    figure.savefig(reports / PICTURE, dpi=120)
    sys.stdout.write(f"\nreports/{PICTURE} shows both\n")


def drawn(found: dict[str, list[Candidate]]) -> Figure:
    """Return a figure with inertia and silhouette of each."""
    mpl.use("agg")
    figure = Figure(figsize=(10, 7), layout="constrained")
    for row, (title, measured) in zip(figure.subplots(len(found), 2), found.items(), strict=True):
        groups, best = [one.groups for one in measured], recommended(measured)
        for axes, name, values in (
            (row[0], "inertia", [one.inertia for one in measured]),
            (row[1], "silhouette", [one.silhouette for one in measured]),
        ):
            axes.plot(groups, values, marker="o", color="tab:blue")
            if best is not None:
                axes.axvline(best, linestyle="--", color="tab:orange", label=f"recommended: {best}")
                axes.legend()
            axes.set(title=title, xlabel="groups (k)", ylabel=name)
            axes.grid(alpha=0.3)
    return figure


if __name__ == "__main__":
    sys.exit(main())
