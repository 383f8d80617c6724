"""Run the chosen benchmarks, then print the tables."""

import sys

from bench import choices, dashboard, drain, end_to_end, latency, memory, peers, producer, quality, upkeep
from bench.benchmark import Benchmark
from bench.options import parse
from bench.results import forget, recorded
from bench.tables import markdown, plain

BENCHMARKS: dict[str, Benchmark] = {
    "producer": producer.PRODUCER,
    "index": producer.INDEX_OF_SALES,
    "drain": drain.DRAIN,
    "peers": peers.PEERS_OF_THE_PRODUCT,
    "end-to-end": end_to_end.END_TO_END,
    "latency": latency.LATENCY,
    "memory": memory.MEMORY,
    "dashboard": dashboard.DASHBOARD_PAGES,
    "choices": choices.CHOICES,
    "quality": quality.QUALITY,
    "upkeep": upkeep.UPKEEP,
    "stray": producer.STRAY_CELLS,
}


def main() -> int:
    """Return the exit code; a benchmark that fails ends in a traceback."""
    options = parse(sys.argv[1:], {name: each.summary for name, each in BENCHMARKS.items()})
    chosen = [BENCHMARKS[name] for name in options.names]
    if not options.is_report:
        for each in chosen:
            forget([*each.tables])
            each.measure(options)
    show = markdown if options.markdown else plain
    for table in (table for each in chosen for table in each.report(recorded)):
        print(f"\n{table.title}\n", *show(table.rows), sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
