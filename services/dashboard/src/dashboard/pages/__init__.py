"""The pages, each a module with a `PAGE`.

A new page takes three things, and no change elsewhere:

1. A module here, `pages/sales.py`. Its `read(reading, parameters)` returns a frozen dataclass: what one snapshot of the
   view shows. `PAGE` says the rest: the path, the title, the parameters (a pydantic model: names in braces of the path,
   and the query; wrong ones are answered with a sentence), the tables, the charts, and the word in the header.
2. Its statements, such as `pages/sql/sales_by_period.sql`, with values as `%(name)s` only. With
   `SQL = statements(__package__)` the module loads each once, `BY_PERIOD = SQL("sales_by_period")`, and reads its rows
   with `reading.rows(BY_PERIOD, name=value)`.
3. Its template, `templates/sales.html`, which begins with the first two lines of `group.html`. It has `page`, `figures`
   (what `read` returned), `tables` and `charts` by name, `parameters`, `stream` (the state in the header) and `stand`
   (what the view stood at: each figure says as of when). Macros of `parts.html` show tables, charts, groups and bars.

What comes for nothing: each table downloads as `<path>/<table>.csv`, each chart has its data at `<path>/<chart>.json`,
one reading serves all viewers until the view changes, old figures stay while the database is away, and the page
refreshes itself. Figures from elsewhere need a `stamp` that changes with them (`how_many.py`). Where only a grouping
changes figures, `reading.once_per_grouping(read_them)` reads them once; `reading.once(read_them)` reads once for a
page and its charts. Filters are links by `parts.choices`.

What changes while the view does not (Kafka's ends, rows to send) is in the state: a page's `join(figures, state)` adds
it at each answer. A page with `is_counted` has the lines counted in the background while somebody looks at it;
`stream.counted` is the last count (`stream.py`).

Charts are described by `charts.Chart`: clouds, lines, areas, bars on value, log, signed log or time axes;
`static/charts.js` draws them. In tests `fake_view.FakeView` has rows by the names of the statements;
`tests/test_sales.py` is a pattern.

A wrong name in the address: raise `NotFound` with a sentence. Modules whose name begins with `_` are shared by pages.
"""

import pkgutil
from importlib import import_module
from typing import Any

from dashboard.page import Page


def load() -> dict[str, Page[Any, Any]]:
    """Return the pages by the name of their module, paths with fewer braces first: `/groups/how-many` is no group."""
    names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
    pages = {name: import_module(f"{__name__}.{name}").PAGE for name in names}
    return dict(sorted(pages.items(), key=lambda item: (item[1].path.count("{"), item[1].path)))
