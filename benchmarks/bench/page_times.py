"""How long each page of the dashboard and each of its charts takes: after a change of the view, and without one."""

import random
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
import numpy as np

from bench.results import Rows, note, record
from bench.tables import met
from bench.tabs import PATIENCE, charts
from harness.pages import PAGES, existing
from harness.stack import Stack

KIND = "dashboard-pages"
LIMIT = 50  # ms, goal of each p99
CHANGES = 100  # of the view, each of them before one request for everything
REPEATED = 200  # requests with an ETag, for everything
LOOKS = 1.1  # s: the dashboard looks for a change at most once a second

BATCH, GROUPING, NOTHING = "batch", "grouping", "304"
A_BATCH = "UPDATE Stream_State SET newest_sale = newest_sale + INTERVAL 1 MINUTE"
A_GROUPING = """
UPDATE Segment_History SET grouped_at = grouped_at + INTERVAL 1 SECOND
WHERE version = (SELECT version FROM Grouping_State)
"""
# What invalidates the figures that a batch, or a grouping after it, changes.
CAUSES = {BATCH: (A_BATCH,), GROUPING: (A_BATCH, A_GROUPING)}


class Place(NamedTuple):
    """A page or a chart: its name in the table, and its address."""

    name: str
    address: str


type Pages = Sequence[Sequence[Place]]
"""Each page with its charts behind it."""

type Times = dict[str, list[float]]
"""Milliseconds by name."""


def home(stack: Stack) -> str:
    """Return the dashboard's address on this host."""
    return f"http://localhost:{stack.dashboard_port}"


def measure(stack: Stack, lines: int) -> None:
    """Record p50 and p99 of all pages and charts on a view with this many lines, which nobody else writes."""
    with httpx.Client(base_url=home(stack), timeout=PATIENCE) as client:
        pages = found(client, stack)
        for cause, statements in CAUSES.items():
            note(f"{CHANGES} times all pages after a {cause}")
            record_times(lines, cause, changed(client, stack, pages, statements))
        record_times(lines, NOTHING, unchanged(client, pages))


def found(client: httpx.Client, stack: Stack) -> Pages:
    """Return the pages, on names and numbers that the view has, and open each once."""
    here = existing()
    places = [Place(page.address or page.path, page.at(stack)) for page in PAGES if page.path in here]
    return [[page, *charts_of(page, timed(client, page.address)[0].text)] for page in places]


def charts_of(page: Place, text: str) -> Iterator[Place]:
    """Yield the charts of a page."""
    for address in charts(text):
        yield Place(f"{page.name}: {PurePosixPath(urlsplit(address).path).stem}", address)


def changed(client: httpx.Client, stack: Stack, pages: Pages, statements: Sequence[str]) -> Times:
    """Return how long everything takes right after changes; pages in any order, as they share figures."""
    times: Times = defaultdict(list)
    before = dict.fromkeys((page.name for page, *_ in pages), "")
    for _ in range(CHANGES):
        for statement in statements:
            stack.sql(statement, user="root")
        time.sleep(LOOKS)
        for places in random.sample(pages, len(pages)):
            for name, address in places:
                response, milliseconds = timed(client, address)
                times[name].append(milliseconds)
                if name in before:
                    assert response.headers["ETag"] != before[name], f"{name} did not change with the view"
                    before[name] = response.headers["ETag"]
    return times


def unchanged(client: httpx.Client, pages: Pages) -> Times:
    """Return how long the answer takes that nothing has changed; another one, such as idle after live, is left out."""
    times: Times = defaultdict(list)
    for name, address in (place for places in pages for place in places):
        etag = ""
        while len(times[name]) < REPEATED:
            response, milliseconds = timed(client, address, etag)
            if response.status_code == HTTPStatus.NOT_MODIFIED:
                times[name].append(milliseconds)
            etag = response.headers["ETag"]
    return times


def timed(client: httpx.Client, address: str, etag: str = "") -> tuple[httpx.Response, float]:
    """Return an answer, and the milliseconds until its last byte."""
    begin = time.perf_counter()
    response = client.get(address, headers={"If-None-Match": etag} if etag else {})
    milliseconds = 1000 * (time.perf_counter() - begin)
    assert not response.is_error, f"{address}: {response.status_code}: {response.text[:2000]}"
    return response, milliseconds


def record_times(lines: int, cause: str, times: Times) -> None:
    """Add p50 and p99 of each page and chart."""
    for name, values in times.items():
        p50, p99 = np.percentile(values, (50, 99))
        record(KIND, lines, name, cause, f"{p50:.1f}", f"{p99:.1f}")


def table(recorded: Rows) -> Rows:
    """Return p50 and p99 by page or chart, lines in the view, and what changed before the request."""
    causes = [*CAUSES, NOTHING]
    rows: dict[tuple[str, str], dict[str, list[str]]] = defaultdict(dict)
    for lines, name, cause, *values in recorded:
        rows[name, lines][cause] = values
    head = ["ms", "lines", *(f"{cause} {which}" for cause in causes for which in ("p50", "p99")), "goal"]
    table = [head]
    for (name, lines), by_cause in sorted(rows.items(), key=lambda row: (row[0][0], int(row[0][1]))):
        cells = [text for cause in causes for text in by_cause.get(cause, ["", ""])]
        slowest = max(float(p99) for _, p99 in by_cause.values())
        table.append([name, f"{int(lines):,}", *cells, met(f"<= {LIMIT} ms", slowest <= LIMIT)])
    return table
