"""Match new groups of customers with old ones, timed: by the processor's search, or by scipy's.

    python matching.py own|scipy GROUPS

Prints milliseconds, and the share of customers that keep their group.
"""

import sys
import time

import numpy as np
from scipy.optimize import linear_sum_assignment

from processor.clusters.kmeans import Labels
from processor.customers.segments import matched

CUSTOMERS, REPETITIONS = 4_000, 10


def main() -> None:
    """Match groups of which two thirds of the customers stay together."""
    way, groups = {"own": matched, "scipy": by_scipy}[sys.argv[1]], int(sys.argv[2])
    random = np.random.default_rng(0)
    labels = random.integers(0, groups, CUSTOMERS)
    stays = random.random(CUSTOMERS) < 2 / 3
    before = np.where(stays, random.permutation(groups)[labels], random.integers(0, groups, CUSTOMERS))
    begin = time.monotonic()
    for _ in range(REPETITIONS):
        numbers = way(labels, before, groups)
    milliseconds = (time.monotonic() - begin) / REPETITIONS * 1_000
    print(f"{milliseconds:.2f}\t{np.mean(numbers[labels] == before):.4f}")


def by_scipy(labels: Labels, before: Labels, clusters: int) -> Labels:
    """Return the number of each new group by scipy's assignment."""
    shared = np.zeros((clusters, clusters))
    np.add.at(shared, (labels, before), 1)
    return linear_sum_assignment(shared, maximize=True)[1]


if __name__ == "__main__":
    main()
