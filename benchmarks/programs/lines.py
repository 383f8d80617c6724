"""Write the workbook's canonical csv, as the producer makes it, to standard output.

python lines.py
"""

import shutil
import sys

import source


def main() -> None:
    """Write the csv: row, then the columns of the data."""
    with source.prepare().path.open("rb") as file:
        shutil.copyfileobj(file, sys.stdout.buffer)


if __name__ == "__main__":
    main()
