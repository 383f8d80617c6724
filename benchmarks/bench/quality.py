"""Quality of the groups of lines and customers, beside scikit-learn's; needs no server."""

import subprocess
import sys
from statistics import median

from bench import alone
from bench.benchmark import Benchmark
from bench.options import Options
from bench.project import project, taken_down
from bench.results import RESULTS, Rows, record_lines
from bench.tables import met
from harness.stack import ROOT

# Goals: inertia over scikit-learn's best of ten starts, adjusted Rand index with planted groups.
FINAL_INERTIA, STORED_INERTIA, CUSTOMER_INERTIA = {"3": 1.05, "5": 1.10}, 1.10, 1.02
FOUND, NOT_FOUND = 0.9, 0.7
FOLDER = RESULTS / "quality"


def measure(_: Options) -> None:
    """Evaluate the workbook's groups, then those of shops with known groups."""
    FOLDER.mkdir(exist_ok=True)
    measured = project()
    with taken_down(measured):
        lines = measured.program("producer", "python", "/benchmarks/lines.py")
    (FOLDER / "lines.csv").write_text(lines, encoding="utf-8", newline="")
    record_lines("quality-lines", judge("lines", "lines.csv"))
    record_lines("quality-customers", judge("customers", "lines.csv"))
    for overlap in ("low", "high"):
        for number in range(1, 6):
            generate(overlap, number)
            record_lines("quality-planted", judge("planted", "shop.csv", "truth.csv"), overlap, number)


def generate(overlap: str, number: int) -> None:
    """Generate a shop, with the group of each customer."""
    program = (sys.executable, ROOT / "data" / "generate_sample.py", "--seed", str(number), "--overlap", overlap)
    outputs = ("--output", FOLDER / "shop.csv", "--truth", FOLDER / "truth.csv")
    subprocess.run([*program, *outputs], check=True, stdout=sys.stderr)


def judge(what: str, *files: str) -> str:
    """Return the output of programs/quality.py."""
    return alone.run("quality.py", what, *(f"/lines/{file}" for file in files), files=FOLDER)


def line_quality(lines: Rows) -> Rows:
    """Return, by k, the inertia as a multiple of scikit-learn's best: of the final model, of the stored predictions."""
    table = [["k", "seeds", "final model, max", "goal", "as stored, median", "goal", "smallest cluster, min"]]
    for clusters in dict.fromkeys(line[0] for line in lines):
        own = [[float(field) for field in line[2:]] for line in lines if line[0] == clusters]
        final, stored, smallest = zip(*own, strict=True)
        goals = (
            met(f"<= {FINAL_INERTIA[clusters]:.2f}", max(final) <= FINAL_INERTIA[clusters]),
            met(f"<= {STORED_INERTIA:.2f}", median(stored) <= STORED_INERTIA),
        )
        values = f"{max(final):.3f}", f"{median(stored):.3f}", f"{min(smallest):.1%}"
        table.append([clusters, str(len(own)), values[0], goals[0], values[1], goals[1], values[2]])
    return table


def customer_quality(lines: Rows) -> Rows:
    """Return, by k, the inertia beside scikit-learn's best, and both silhouettes."""
    head = ["k", "inertia / scikit-learn's", "goal", "silhouette", "scikit-learn's"]
    goal = f"<= {CUSTOMER_INERTIA:.2f}"
    return [head, *([k, ratio, met(goal, float(ratio) <= CUSTOMER_INERTIA), *rest] for k, ratio, *rest in lines)]


def planted_quality(lines: Rows) -> Rows:
    """Return the adjusted Rand index with the planted groups, by overlap."""
    table = [["overlap", "shops", "min", "median", "goal", "raw values, max", "goal"]]
    for overlap in dict.fromkeys(line[0] for line in lines):
        pairs = [map(float, line[2:]) for line in lines if line[0] == overlap]
        own, raw = zip(*pairs, strict=True)
        goals = met(f">= {FOUND:.2f}", min(own) >= FOUND), met(f"< {NOT_FOUND:.2f}", max(raw) < NOT_FOUND)
        values = f"{min(own):.3f}", f"{median(own):.3f}", goals[0], f"{max(raw):.3f}", goals[1]
        table.append([overlap, str(len(own)), *values])
    return table


QUALITY = Benchmark(
    "inertia of the groups of lines and customers beside scikit-learn's, and whether planted groups are found",
    measure,
    {
        "quality-lines": ("Clusters of lines: inertia over scikit-learn's best", line_quality),
        "quality-customers": ("Groups of customers beside scikit-learn's", customer_quality),
        "quality-planted": ("Planted groups: adjusted Rand index", planted_quality),
    },
)
