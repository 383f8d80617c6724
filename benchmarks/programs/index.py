"""Find what of the workbook is to be streamed, by an index of many sales, timed; needs no broker.

    python index.py fill SALES
    python index.py ask

`fill` makes the index on the volume, of half of the workbook's lines and other sales, and prints its size. `ask` opens
it, finds nothing new, and compares the workbook; it prints seconds and the peak memory. Each line has a name, a tab
and a value.
"""

import resource
import shutil
import sys
import time
from collections.abc import Iterator
from hashlib import blake2b
from itertools import batched, chain, count, islice, repeat

import source

from producer import index, record
from producer.index import Position
from producer.message import Sale, Sender
from producer.selection import select

FOLDER = source.VOLUME / "benchmark"
CHUNK = 20_000  # messages, as the producer reads them
PARTITIONS = 4
SENDER = Sender("ab" * 8, 1)


def main() -> None:
    """Fill or ask."""
    fill(int(sys.argv[2])) if sys.argv[1] == "fill" else ask()


def fill(sales: int) -> None:
    """Make an index."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir()
    ends = [0] * PARTITIONS
    begin = time.monotonic()
    with index.opened(FOLDER) as known:
        known.reset("topic")
        for number, chunk in enumerate(batched(islice(fingerprints(), sales), CHUNK, strict=False)):
            partition = number % PARTITIONS
            rows = count(ends[partition] + 1)
            ends[partition] += len(chunk)
            known.add(partition, [*map(Sale, repeat(SENDER), rows, chunk)], Position(ends[partition]))
    print(f"s to add them, without Kafka\t{time.monotonic() - begin:.1f}")
    print(f"MB on disk\t{(FOLDER / 'index.duckdb').stat().st_size / 1e6:.0f}")


def fingerprints() -> Iterator[bytes]:
    """Yield those of every other line of the workbook, then of other sales without end."""
    own = (record.fingerprint(record.content_of(line)) for _, _, line in source.lines(source.prepare()))
    others = (blake2b(b"%d" % number, digest_size=record.FINGERPRINT).digest() for number in count())
    return chain(islice(own, 0, None, 2), others)


def ask() -> None:
    """Open the index and compare the workbook."""
    csv = source.prepare()
    begin = time.monotonic()
    with index.opened(FOLDER) as known:
        known.positions()
        opened = time.monotonic()
        select(known, csv, SENDER.run)
        print(f"s to open it without news\t{opened - begin:.2f}")
        print(f"s to find what is to be streamed\t{time.monotonic() - opened:.2f}")
    print(f"MiB in memory, peak\t{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")


if __name__ == "__main__":
    main()
