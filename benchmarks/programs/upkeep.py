"""Update customers and group them, timed, with this many of them in the view (see ../bench/upkeep.py).

    python upkeep.py CUSTOMERS

Prints tab-separated names and seconds: an update alone, an update beside a grouping, the grouping.
"""

import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from statistics import median

import numpy as np
import pyarrow as pa

from common.settings import load
from processor.__main__ import GROUPING_IDLE_SECONDS
from processor.batch.transaction import Transaction
from processor.customers import grouping
from processor.customers.store import GroupingTransaction
from processor.edges.mariadb import Store
from processor.sales.amounts import AMOUNT
from processor.settings import Settings

PURCHASES, BUYERS = 5_000, 4_000  # of a micro-batch: as in 100,000 lines of the real workbook
WARM_UP, ROUNDS = 3, 15
SEGMENTS = 4


def main() -> None:
    """Update alone, then beside a grouping, and print."""
    customers = int(sys.argv[1])
    chosen = load(Settings)
    random = np.random.default_rng(0)
    with (
        Store(chosen, Transaction) as stream,
        Store(chosen, GroupingTransaction, GROUPING_IDLE_SECONDS) as groupings,
    ):

        def upkeep() -> float:
            bought = purchases(customers, random)
            return timed(lambda: keep(stream, bought))

        alone = [upkeep() for _ in range(WARM_UP + ROUNDS)][WARM_UP:]
        print(f"upkeep of a micro-batch\t{customers}\t{median(alone):.4f}")
        seconds: list[float] = []
        thread = threading.Thread(target=lambda: seconds.append(timed(lambda: regroup(groupings))))
        thread.start()
        beside = [upkeep()]
        while thread.is_alive():
            time.sleep(0.5)
            beside.append(upkeep())
        print(f"upkeep beside a grouping, median\t{customers}\t{median(beside):.4f}")
        print(f"upkeep beside a grouping, max\t{customers}\t{max(beside):.4f}")
        print(f"grouping\t{customers}\t{seconds[0]:.2f}")


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that it took."""
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def keep(store: Store[Transaction], bought: pa.Table) -> None:
    """Commit the purchases of a micro-batch, under the stream's lock."""
    with store.transaction() as tx:
        tx.lock_state()
        tx.purchases.add(bought)


def regroup(store: Store[GroupingTransaction]) -> None:
    """Group all customers for the first time, which writes the most."""
    with store.transaction() as tx:
        if grouping.group(tx, SEGMENTS) is None:
            raise RuntimeError("nothing was grouped")


def purchases(customers: int, random: np.random.Generator) -> pa.Table:
    """Return purchases of existing customers, most of them on new invoices."""
    buyers = 1 + np.resize(random.choice(customers, BUYERS, replace=False), PURCHASES)  # each of them once or twice
    invoices = random.permutation(10_000_000)[:PURCHASES]
    dates = pa.array(np.full(PURCHASES, "2011-12-09T12:50:00", dtype="datetime64[s]"))
    amounts = [Decimal(int(pennies)).scaleb(-2) for pennies in random.integers(100, 100_000, PURCHASES)]
    return pa.table(
        {
            "CustomerID": [f"{buyer:08d}" for buyer in buyers],
            "InvoiceNo": [f"n{invoice}" for invoice in invoices],
            "kafka_partition": pa.array(np.zeros(PURCHASES, dtype=np.uint8)),
            "sales_lines": pa.array(np.full(PURCHASES, 20)),
            "turnover": pa.array(amounts, AMOUNT),
            "first_sale": dates,
            "last_sale": dates,
            "first_offset": pa.array(np.arange(PURCHASES)),
            "last_offset": pa.array(np.arange(PURCHASES)),
            "is_cancellation": pa.array(np.zeros(PURCHASES, dtype=np.uint8)),
        }
    )


if __name__ == "__main__":
    main()
