"""Open tabs of the dashboard: each asks for what its script, static/dashboard.js, would ask for, at the same times."""

import asyncio
import random
import re
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from html import unescape
from http import HTTPStatus
from typing import NamedTuple, Self

import httpx

from harness.stack import ROOT

SCRIPT = (ROOT / "services/dashboard/src/dashboard/static/dashboard.js").read_text(encoding="utf-8")
CHART = re.compile(r'data-source="([^"]*)" data-version="([^"]*)"')
PAGE_KIND, CHART_KIND = "pages", "charts"
KEPT_SECONDS = 4.0  # of an idle connection; uvicorn ends it after 5 s


def _seconds(name: str) -> float:
    """Return a constant of the script, there in ms."""
    (found,) = re.findall(rf"const {name} = ([0-9_]+);", SCRIPT)
    return int(found) / 1000


EVERY, LONGEST, PATIENCE = _seconds("EVERY"), _seconds("LONGEST"), _seconds("PATIENCE")


class Answer(NamedTuple):
    """Whether a page or a chart was asked for, the status (0: no answer), and the seconds until the last byte."""

    kind: str
    status: int
    seconds: float

    @property
    def is_failed(self) -> bool:
        """Whether no figures came."""
        return self.status not in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}

    @property
    def is_unchanged(self) -> bool:
        """Whether the tab has these figures already."""
        return self.status == HTTPStatus.NOT_MODIFIED


class Failed(Exception):  # noqa: N818 - the tab tries again
    """The server did not answer, or with an error."""


def charts(text: str) -> dict[str, str]:
    """Return the charts of a page: the version by the address."""
    found = CHART.findall(text)
    assert len(found) == text.count("data-source="), "a chart is written in another way"
    return {unescape(address): version for address, version in found}


@dataclass
class Tab:
    """A tab on one page; what it was answered is added to `answers`."""

    client: httpx.AsyncClient
    address: str
    answers: list[Answer]
    etag: str | None = None
    shown: dict[str, str] = field(default_factory=dict)  # versions of the charts on the page, by address
    drawn: dict[str, tuple[str, str]] = field(default_factory=dict)  # version and ETag of what was fetched

    async def stay(self) -> None:
        """Open the page at a random moment of the interval and refresh it for ever."""
        await asyncio.sleep(EVERY * random.random())  # noqa: S311 - a moment
        failures = 0
        is_first = True
        while True:
            try:
                await self.refresh()
                failures = 0
            except Failed:
                failures += 1
            # The script does not know the ETag with which the browser opened the page.
            if is_first or failures:
                self.etag = None
            is_first = False
            wait = min(EVERY * 2 ** min(failures, 5), LONGEST)
            await asyncio.sleep(wait * random.uniform(0.9, 1.1))  # noqa: S311 - a moment

    async def refresh(self) -> None:
        """Fetch the page, then the charts whose version is another one."""
        page = await self._get(PAGE_KIND, self.address, self.etag)
        if page.status_code == HTTPStatus.OK:
            self.etag, self.shown = page.headers["ETag"], charts(page.text)
        for address, version in self.shown.items():
            drawn, etag = self.drawn.get(address, (None, None))
            if version != drawn:
                chart = await self._get(CHART_KIND, address, etag)
                self.drawn[address] = version, chart.headers["ETag"]

    async def _get(self, kind: str, address: str, etag: str | None) -> httpx.Response:
        begin = time.perf_counter()
        try:
            response = await self.client.get(address, headers={"If-None-Match": etag} if etag else {})
        except httpx.TransportError as error:
            self.answers.append(Answer(kind, 0, time.perf_counter() - begin))
            raise Failed from error
        answer = Answer(kind, response.status_code, time.perf_counter() - begin)
        self.answers.append(answer)
        if answer.is_failed:
            raise Failed
        return response


@dataclass
class Viewers(AbstractContextManager["Viewers"]):
    """`count` tabs, on the pages in turn, open during the block; their answers and CPU seconds are there after it."""

    home: str
    pages: Sequence[str]
    count: int
    answers: list[Answer] = field(default_factory=list)
    cpu: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _watching: Future[None] | None = None

    def __enter__(self) -> Self:
        self._watching = self._thread.submit(lambda: asyncio.run(self._watch()))
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.shutdown()
        if self._watching is not None:
            self._watching.result()

    async def _watch(self) -> None:
        begin = time.thread_time()
        limits = httpx.Limits(keepalive_expiry=KEPT_SECONDS)
        async with (
            httpx.AsyncClient(base_url=self.home, timeout=PATIENCE, limits=limits) as client,
            asyncio.TaskGroup() as tabs,
        ):
            places = (self.pages[number % len(self.pages)] for number in range(self.count))
            tasks = [tabs.create_task(Tab(client, page, self.answers).stay()) for page in places]
            await asyncio.to_thread(self._stop.wait)
            for task in tasks:
                task.cancel()
        self.cpu = time.thread_time() - begin
