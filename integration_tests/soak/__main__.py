"""Stream for twenty minutes at a fixed rate, kill something each minute, and report.

    integration_tests/run soak

SOAK_MINUTES (20), SOAK_RATE (1500 rows/s) and SOAK_PAUSE (60 s between two kills) change it. The report is printed and
written to reports/soak.md, every sample to reports/soak.json. Exits with code 1 if memory grows or shrinks, a lag
stays, or the oracle finds anything.
"""

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from harness.stack import NAME, REPORTS, Stack, kill, wait_until
from harness.streaming import assert_succeeded
from oracle import Verdict, judge
from soak import plan, report, samples, watch, workload
from soak.plan import Plan
from soak.workload import Repeated

FOLDER = REPORTS / "soak"
PATIENCE = 600  # seconds for the rest at the end: the kills delayed the producer


def main() -> int:
    """Run the soak; return the exit code."""
    chosen = plan.load()
    source = Repeated(chosen.rows)
    print(f"writing a workbook of {len(source):,} rows", flush=True)
    FOLDER.mkdir(exist_ok=True)
    workload.write(FOLDER / "soak.csv", source)
    with started(chosen) as stack:
        seen, kills = soak(stack, chosen)
        print("running the oracle", flush=True)
        verdict = judged(stack, source)
    (REPORTS / "soak.json").write_text(json.dumps(asdict(seen)), encoding="utf-8")
    recovered = samples.recoveries(seen, kills)
    lines = list(report.report(chosen, seen, recovered, verdict))
    (REPORTS / "soak.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(*lines, sep="\n")
    return int(bool(report.complaints(chosen, seen, recovered, verdict)))


@contextmanager
def started(chosen: Plan) -> Iterator[Stack]:
    """Give a streaming stack; at the end its logs are written and it is removed."""
    settings = {"DATA_DIR": str(FOLDER), "ROWS_PER_SECOND": str(chosen.rate)}
    stack = Stack(
        f"{NAME}-soak",
        kafka_port=19192,
        mariadb_port=13406,
        adminer_port=18180,
        settings=settings,
        dashboard_port=18601,
    )
    stack.down()
    try:
        stack.up()
        yield stack
    finally:
        (REPORTS / "soak.log").write_text(stack.logs(), encoding="utf-8")
        stack.down()


def soak(stack: Stack, chosen: Plan) -> tuple[samples.Samples, list[tuple[float, str]]]:
    """Kill the services in turn while lines stream, and wait for the last line; return the samples, and the kills."""
    wait_until(lambda: assert_flowing(stack), seconds=180)
    kills: list[tuple[float, str]] = []
    begin = time.monotonic()
    with watch.watching(stack) as seen:
        for number, service in enumerate(chosen.kills, start=1):
            time.sleep(max(0.0, begin + number * chosen.pause - time.monotonic()))
            kill(stack.container(service))
            kills.append((time.monotonic() - begin, service))
            print(f"{report.minutes(kills[-1][0])} {service} killed", flush=True)
        wait_until(lambda: assert_succeeded(stack), PATIENCE)
        wait_until(lambda: assert_caught_up(stack), PATIENCE)
        time.sleep(2 * watch.SECONDS)  # for a last sample
    return seen, kills


def assert_flowing(stack: Stack) -> None:
    """Raise unless lines have arrived in the view."""
    ((batches,),) = stack.sql("SELECT COUNT(*) FROM Batch_Log")
    assert batches > 0


def assert_caught_up(stack: Stack) -> None:
    """Raise unless every message is in the view."""
    assert stack.lag() == 0


def judged(stack: Stack, source: Repeated) -> Verdict:
    """Return the oracle's verdict."""
    with stack.connect() as connection:
        return judge(stack.kafka, connection, sales={1: source.values()})


if __name__ == "__main__":
    sys.exit(main())
