"""Write the sample workbook: sales lines of an invented shop with planted customer groups and dirty data as in reality.

`python data/generate_sample.py` writes `data/sample.xlsx` as it is committed. The same arguments give the same bytes.
"""

import argparse
from pathlib import Path

import numpy as np
from sample_shop import customers, facts, files, ledger
from sample_shop.ledger import Line

SEED, LINES = 352, 20_000
OUTPUT = Path(__file__).with_name("sample.xlsx")


def generate(
    seed: int = SEED, lines: int = LINES, overlap: customers.Overlap = "low"
) -> tuple[list[Line], dict[int, str]]:
    """Return the lines in order of time, and the truth: the planted group of each CustomerID of the United Kingdom.

    With overlap "high" the groups are less separated. Raises ValueError for fewer than 1,000 lines.
    """
    if lines < ledger.FEWEST_LINES:
        raise ValueError(f"lines={lines}: at least {ledger.FEWEST_LINES} are needed for every kind of line to occur")
    return ledger.generate(np.random.default_rng(seed), lines, overlap)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=SEED, help="seed of the random numbers (%(default)s)")
    parser.add_argument("--lines", type=int, default=LINES, help="number of sales lines (%(default)s)")
    parser.add_argument("--overlap", choices=list(customers.SPREADS), default="low", help="of the groups (%(default)s)")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="file to write; .csv is faster than .xlsx")
    parser.add_argument("--truth", type=Path, help="csv file for each customer's planted group")
    parser.add_argument("--facts", action="store_true", help="print facts about the lines, write no workbook")
    arguments = parser.parse_args()
    if arguments.lines < ledger.FEWEST_LINES or arguments.seed < 0:
        parser.error(f"--lines must be at least {ledger.FEWEST_LINES}, --seed at least 0")
    if not {arguments.output.suffix} <= {".csv", ".xlsx"}:
        parser.error(f"--output {arguments.output}: the name must end in .xlsx or .csv")
    return arguments


def main() -> None:
    """Generate, then write or print."""
    arguments = _arguments()
    lines, truth = generate(arguments.seed, arguments.lines, arguments.overlap)
    if arguments.truth:
        files.save_truth(truth, arguments.truth)
    if arguments.facts:
        print(facts.table(lines, truth))
        return
    files.save(lines, arguments.output)
    print(f"{len(lines):,} lines written to {arguments.output}")


if __name__ == "__main__":
    main()
