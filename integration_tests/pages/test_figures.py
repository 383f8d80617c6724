"""Each figure of the pages equals SQL over the view."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from harness.browser import Tab
from harness.figures import says
from harness.pages import PAGES, Judged, existing
from harness.stack import Stack, wait_until

HERE = [page for page in PAGES if page.path in existing()]
IDS = [page.path for page in HERE]


def key_figures(page: Page) -> dict[str, str]:
    """Return the key figures by their words."""
    return {
        box.locator("dt").inner_text(): box.locator("dd").first.inner_text()
        for box in page.locator(".figures > div").all()
    }


def rows(page: Page, table: str) -> list[list[str]]:
    """Return the rows of a table, which is the one above the link to its csv; below a chart it is folded up."""
    script = """link => {
        link.closest('details')?.setAttribute('open', '');
        const boxes = [...document.querySelectorAll('.scroll')];
        const above = boxes.filter(box => box.compareDocumentPosition(link) & Node.DOCUMENT_POSITION_FOLLOWING).pop();
        return [...above.querySelectorAll('tbody tr')].map(row => [...row.cells].map(cell => cell.innerText));
    }"""
    return list(page.locator(f'a[href*="{table}.csv"]').evaluate(script))


@pytest.mark.parametrize("judged", HERE, ids=IDS)
def test_figures_equal_sql(judged: Judged, view: Stack, opened: Callable[..., Tab]) -> None:
    """Key figures and tables are those of SQL, as exactly as they are written."""
    tab = opened(judged.at(view))

    def check() -> None:
        page = tab.open(judged.at(view))
        shown = key_figures(page)
        for words, query in judged.figures.items():
            ((value,),) = view.sql(query)
            assert says(shown[words], value), f"{words}: {shown[words]}, by SQL {value}"
        for table, query in judged.tables.items():
            expected = view.sql(query)
            found = rows(page, table)
            assert len(found) == len(expected), f"{table}: {len(found)} rows, by SQL {len(expected)}"
            for cells, values in zip(found, expected, strict=True):
                for cell, value in zip(cells, values, strict=False):
                    assert says(cell, value), f"{table}: {cell}, by SQL {value}, in {cells}"

    wait_until(check, 20)  # a grouping may come between page and SQL
