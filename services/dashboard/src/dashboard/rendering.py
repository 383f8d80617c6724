"""From figures to HTML, by the templates; everything from the data is escaped."""

import hashlib
from collections.abc import Hashable
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote

from jinja2 import Environment, PackageLoader, StrictUndefined

from dashboard import charts, figures
from dashboard.page import Page, Parameters
from dashboard.snapshots import Shown, Stand
from dashboard.state import State

FILTERS = (
    "count",
    "decimal",
    "fine",
    "pounds",
    "pence",
    "short_pounds",
    "share",
    "fine_share",
    "times",
    "day",
    "moment",
    "second",
    "plural",
)
SHOWN_ROWS = 200


class Address(NamedTuple):
    """The path and the query of a page's address."""

    path: str
    query: str

    def of(self, file: str) -> str:
        """Return the address of a file of the page, a table or a chart."""
        return f"{quote(self.path).rstrip('/')}/{file}" + (f"?{self.query}" if self.query else "")


class Renderer:
    """The templates, and what all of them know: links, static files, formats."""

    def __init__(self, pages: dict[str, Page[Any, Any]], files: dict[str, str]) -> None:
        self._pages = pages
        self._environment = Environment(
            loader=PackageLoader("dashboard"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters |= {name: getattr(figures, name) for name in FILTERS}
        paths = {page.path for page in pages.values()}
        linked = [page for page in pages.values() if page.link is not None]
        self._environment.globals |= {
            "file": lambda name: files.get(name, f"/static/{name}"),
            "links": sorted((page.link.place, page.link.word, page.path) for page in linked if page.link),
            "group_address": lambda name: f"/groups/{quote(name, safe='')}" if "/groups/{name}" in paths else None,
            "customer_address": lambda number: (
                f"/customers?id={quote(number, safe='')}" if "/customers" in paths else None
            ),
            "symbol": charts.symbol,
            "symbol_place": charts.place,
            "shown_rows": SHOWN_ROWS,
        }

    def page(self, name: str, shown: Shown[Any], stream: State, parameters: Parameters, address: Address) -> str:
        """Return a page."""
        page = self._pages[name]
        found = page.join(shown.figures, stream)
        return self._environment.get_template(f"{name}.html").render(
            title=page.title(found),
            page=page,
            address=address,
            parameters=parameters,
            version=partial(_version, shown.stand, page.stamp()),
            shown=shown,
            stand=shown.stand,
            away=shown.away,
            figures=found,
            tables={table.name: table for table in page.tables(found)},
            charts={chart.name: chart for chart in page.charts},
            stream=stream,
            is_final=False,
        )

    def problem(self, title: str, text: str, stream: State, *, is_final: bool) -> str:
        """Return a page that says what is wrong; a final one is not refreshed."""
        return self._environment.get_template("problem.html").render(
            title=title, text=text, stream=stream, page=None, stand=None, away=None, is_final=is_final
        )


def _version(stand: Stand, stamp: Hashable, *, once_per_grouping: bool) -> str:
    """Return what changes when a chart's data may have changed."""
    what = repr((stand.grouping if once_per_grouping else stand, stamp))
    return hashlib.blake2b(what.encode(), digest_size=6).hexdigest()
