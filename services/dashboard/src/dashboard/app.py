"""The web application: a route for each page, table and chart, security headers, and pages for what goes wrong."""

import asyncio
import hashlib
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

from cachetools import LRUCache
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard import metrics, pages, remaining
from dashboard.edges.mariadb import Database, DatabaseAway
from dashboard.edges.topic import KafkaAway, Topic
from dashboard.page import ChartOf, NotFound, Page, Parameters
from dashboard.reconciliation import Counting
from dashboard.rendering import Address, Renderer
from dashboard.snapshots import NothingRead, Reading, Shown, Snapshots
from dashboard.state import Observer, State
from dashboard.tables import Table, csv_text

WATCH_SECONDS = 2.0
KEPT_BODIES = 32
# Others' JavaScript, which the image's build brings; beside the folder of the code.
ASSETS = Path(__file__).parents[2] / "assets"
STATIC = Path(str(files("dashboard") / "static"))
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ETAG_BYTES = 12

log = logging.getLogger("dashboard")


class SecurityHeaders:
    """Adds the headers to every response, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class Rendered(NamedTuple):
    """A page for a reading and a state in the header."""

    shown: Shown[Any]
    state: State
    body: bytes

    def is_of(self, shown: Shown[Any], state: State) -> bool:
        """Return whether it shows this."""
        return self.shown.figures is shown.figures and self.shown[1:] == shown[1:] and self.state == state


class Site:
    """The pages over the snapshots and the stream's state."""

    def __init__(self, database: Database, topic: Topic | None, patient: Database) -> None:
        self._pages = pages.load()
        self._topic = topic
        self.snapshots = Snapshots(database)
        self.observer = Observer()
        self.counting = Counting(patient)
        self.renderer = Renderer(self._pages, _versions())
        self._is_first_look = True
        # One body per address, for all of its viewers.
        self._rendered: LRUCache[Address, Rendered] = LRUCache(KEPT_BODIES)

    def routes(self) -> list[BaseRoute]:
        """Return a route for each page, and for the csv and JSON files of each."""
        found: list[BaseRoute] = []
        for name, page in self._pages.items():
            below = page.path.rstrip("/")
            found += [
                Route(f"{below}/{{file}}.csv", self._endpoint(self._table, name, page)),
                *(
                    Route(f"{below}/{chart.name}.json", self._endpoint(self._chart, name, page, chart))
                    for chart in page.charts
                ),
                Route(page.path, self._endpoint(self._page, name, page)),
            ]
        return found

    async def watch(self) -> None:
        """Look at both servers for ever, so that the state is known when somebody asks."""
        while True:
            try:
                await self._look_around()
            except Exception:
                log.exception("the servers could not be looked at")
            await asyncio.sleep(WATCH_SECONDS)

    async def _look_around(self) -> None:
        with suppress(DatabaseAway):
            await self.snapshots.look()
        if self._topic is not None:
            await self._look_at_topic(self._topic)
        self.state()

    async def _look_at_topic(self, topic: Topic) -> None:
        was_there = self.observer.ends is not None
        try:
            self.observer.ends = await asyncio.to_thread(topic.ends)
        except KafkaAway as error:
            self.observer.ends = None
            if was_there or self._is_first_look:
                log.warning("Kafka is away: %s", error)
        else:
            if not was_there and not self._is_first_look:
                log.info("Kafka answers again")
        self._is_first_look = False

    def state(self) -> State:
        """Return the stream's state now."""
        found = self.observer.state(self.snapshots.last, self.snapshots.away)
        return found._replace(
            ends=self.observer.ends,
            sending=remaining.sending(),
            counted=self.counting.last,
            kafka_gone=self.observer.kafka_gone,
        )

    async def metrics(self, _: Request) -> Response:
        """Answer Prometheus; also while a server is away."""
        body = await metrics.text(self.snapshots, self.observer)
        return Response(body, headers={"Cache-Control": "no-store", "Content-Type": metrics.CONTENT_TYPE})

    def _endpoint(self, answer: Callable[..., Any], name: str, page: Page[Any, Any], *more: Any) -> Callable[..., Any]:
        async def endpoint(request: Request) -> Response:
            response: Response = await answer(request, name, page, *more)
            return response

        return endpoint

    async def _shown(self, name: str, page: Page[Any, Any], parameters: Parameters) -> Shown[Any]:
        return await self.snapshots.get(
            (name, parameters, page.stamp()), lambda reading: page.read(reading, parameters)
        )

    async def _page(self, request: Request, name: str, page: Page[Any, Any]) -> Response:
        parameters = parsed(request, page.parameters)
        shown = await self._shown(name, page, parameters)
        if page.is_counted:
            self.counting.ask()
        state = self.state()
        address = Address(request.url.path, request.url.query)
        kept = self._rendered.get(address)
        if kept is None or not kept.is_of(shown, state):
            body = self.renderer.page(name, shown, state, parameters, address)
            kept = self._rendered[address] = Rendered(shown, state, body.encode())
        return answered(request, kept.body, "text/html; charset=utf-8")

    async def _chart(self, request: Request, name: str, page: Page[Any, Any], chart: ChartOf) -> Response:
        parameters = parsed(request, page.parameters)
        once = chart.once_per_grouping

        def read(reading: Reading) -> bytes:
            return (
                reading.once_per_grouping(encoded, chart, parameters) if once else encoded(reading, chart, parameters)
            )

        shown = await self.snapshots.get((name, chart.name, parameters, page.stamp()), read)
        return answered(request, shown.figures, "application/json")

    async def _table(self, request: Request, name: str, page: Page[Any, Any]) -> Response:
        file = request.path_params.pop("file")
        shown = await self._shown(name, page, parsed(request, page.parameters))
        table = next((one for one in page.tables(page.join(shown.figures, self.state())) if one.name == file), None)
        if table is None:
            raise NotFound(f"This page has no table “{file}”.")
        text, batch = await self._csv(table, shown)
        as_of = f"{table.name}-batch-{batch}.csv"
        headers = {"Content-Disposition": f'attachment; filename="{as_of}"', "Cache-Control": "no-cache"}
        return Response(text, media_type="text/csv", headers=headers)

    async def _csv(self, table: Table, shown: Shown[Any]) -> tuple[str, int]:
        everything = table.everything
        if everything is None:
            return csv_text(table.columns, table.rows), shown.stand.batch
        full = await self.snapshots.once(lambda reading: csv_text(table.columns, everything(reading)))
        return full.figures, full.stand.batch

    def problem(self, request: Request, status: int, title: str, text: str) -> Response:
        """Return a page that says what is wrong, in a sentence."""
        headers = {"Cache-Control": "no-store"}
        if request.url.path.endswith((".json", ".csv")):
            return PlainTextResponse(f"{title}: {text}\n", status, headers)
        is_final = status < HTTPStatus.INTERNAL_SERVER_ERROR
        body = self.renderer.problem(title, text, self.state(), is_final=is_final)
        return Response(body, status, headers, "text/html")


def encoded(reading: Reading, chart: ChartOf, parameters: Parameters) -> bytes:
    """Return a chart's data as JSON."""
    return json.dumps(chart.read(reading, parameters).json(), separators=(",", ":"), allow_nan=False).encode()


def parsed[P: Parameters](request: Request, kind: type[P]) -> P:
    """Return the parameters in an address; raise an HTTPException with a sentence."""
    pairs = [*request.path_params.items(), *request.query_params.multi_items()]
    values = dict(pairs)
    if len(values) < len(pairs):
        raise HTTPException(HTTPStatus.BAD_REQUEST, "The address names a parameter twice.")
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise HTTPException(HTTPStatus.BAD_REQUEST, _explained(error, kind)) from None


def _explained(error: ValidationError, kind: type[Parameters]) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = ", ".join(kind.model_fields) or "none"
        return f"This page has no parameter “{name}” (its parameters: {known})."
    return f"The parameter “{name}” is wrong: {first['msg']}."


def answered(request: Request, body: bytes, media_type: str) -> Response:
    """Return a response with the body's ETag, or 304 where the browser has it."""
    etag = f'"{hashlib.blake2b(body, digest_size=ETAG_BYTES).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    known = (tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(","))
    if etag in known:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(body, headers=headers, media_type=media_type)


class Files(StaticFiles):
    """Static files; their addresses have a digest, so that a browser asks once for each version."""

    def file_response(self, *arguments: Any, **named: Any) -> Response:
        """Return a file that may be kept for ever."""
        response = super().file_response(*arguments, **named)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def _versions() -> dict[str, str]:
    """Return the address of each static file, with the digest of its content."""
    folders = {"static": STATIC, "assets": ASSETS}
    return {
        file.name: f"/{folder}/{file.name}?v={hashlib.blake2b(file.read_bytes(), digest_size=6).hexdigest()}"
        for folder, path in folders.items()
        for file in sorted(path.glob("*.*"))
    }


def create(database: Database, topic: Topic | None, hosts: list[str], patient: Database | None = None) -> ASGIApp:
    """Return the application; without a topic it does not watch the servers. `patient` lets a count take minutes."""
    site = Site(database, topic, patient or database)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        watching = asyncio.create_task(site.watch()) if topic is not None else None
        yield
        if watching is not None:
            watching.cancel()
        site.snapshots.close()

    def nothing_read(request: Request, error: Exception) -> Response:
        text = f"{error}. This page shows figures as soon as they can be read."
        return site.problem(request, HTTPStatus.SERVICE_UNAVAILABLE, "Database away", text)

    def not_found(request: Request, error: Exception) -> Response:
        return site.problem(request, HTTPStatus.NOT_FOUND, "Not found", str(error))

    def refused(request: Request, error: Exception) -> Response:
        status = HTTPStatus(error.status_code) if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
        detail = error.detail if isinstance(error, HTTPException) else str(error)
        text = detail if detail != status.phrase else SENTENCES.get(status, status.description or status.phrase)
        return site.problem(request, status, status.phrase, text)

    def broken(request: Request, _: Exception) -> Response:
        text = "The dashboard made a mistake; its log has the details (docker compose logs dashboard)."
        return site.problem(request, HTTPStatus.INTERNAL_SERVER_ERROR, "Error", text)

    app = Starlette(
        routes=[
            Route("/health", health),
            Route("/metrics", site.metrics),
            Mount("/static", Files(directory=STATIC)),
            Mount("/assets", Files(directory=ASSETS, check_dir=False)),
            *site.routes(),
        ],
        middleware=[Middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)],
        exception_handlers={
            NothingRead: nothing_read,
            NotFound: not_found,
            HTTPException: refused,
            Exception: broken,
        },
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    return SecurityHeaders(app)


SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is no such page.",
    HTTPStatus.METHOD_NOT_ALLOWED: "This address can only be read.",
}


async def health(_: Request) -> Response:
    """Answer for the process alone: it lives, whatever the servers do."""
    return PlainTextResponse("ok\n")
