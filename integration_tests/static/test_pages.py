"""What the tests in the browser rely on: no page is left out, and a figure is read as it is written.

docs/dashboard.md explains what the pages show.
"""

import re

import pytest

from harness.figures import says
from harness.pages import PAGES, existing
from harness.stack import ROOT

DASHBOARD = ROOT / "services/dashboard/src/dashboard"
EXPLAINED = (ROOT / "docs/dashboard.md").read_text(encoding="utf-8")


def test_each_page_is_judged() -> None:
    """Each page of the dashboard has a row in `harness/pages.py`, with figures or tables and their SQL."""
    judged = {page.path for page in PAGES if page.is_judged}
    assert existing() - judged == set()


def test_pages_are_found() -> None:
    """The paths are read from the code; were it written otherwise, no page would be tested."""
    assert {"/", "/groups/{name}"} <= existing()


def test_each_page_is_explained() -> None:
    """Each page has a heading with its address."""
    headings = re.findall(r"^## .*`([^`?]+)[^`]*`$", EXPLAINED, flags=re.MULTILINE)
    assert existing() - {address.replace("<", "{").replace(">", "}") for address in headings} == set()


def test_each_key_figure_is_explained() -> None:
    """Each figure on top of a page has a row."""
    templates = [file.read_text(encoding="utf-8") for file in sorted((DASHBOARD / "templates").glob("*.html"))]
    figures = {word for text in templates for word in re.findall(r"<dt>([^<{]+)</dt>", text)}
    assert len(figures) > 10
    assert [figure for figure in sorted(figures) if f"\n| {figure} |" not in EXPLAINED] == []


def test_each_state_is_explained() -> None:
    """Each word that the header may show has a row."""
    code = (DASHBOARD / "state.py").read_text(encoding="utf-8")
    words = set(re.findall(r'State\("[a-z-]+", "([^"]+)"', code))
    assert {"live", "stalled"} <= words
    assert [word for word in sorted(words) if f"\n| `{word}` |" not in EXPLAINED] == []


@pytest.mark.parametrize(
    ("text", "value", "is_right"),
    [
        ("1,234", 1234, True),
        ("1,234", 1235, False),
        ("£6.75 m", 6_749_999, True),
        ("£6.75 m", 6_755_001, False),
        ("−£12", "-12.4", False),  # a text is compared as a text
        ("−£12", -12.4, True),
        ("£12", -12.4, False),
        ("16 %", 0.1649, True),
        ("16 %", 0.1651, False),
        ("0.4 %", 0.0042, True),
        ("× 2.4", 2.44, True),
        ("–", None, True),
        ("–", 0, False),
        ("champions", "champions", True),
        ("champions", "lost", False),
    ],
)
def test_a_figure_is_compared_as_exactly_as_it_is_written(text: str, value: object, is_right: bool) -> None:
    """A rounded figure equals the values that it is the rounding of, and no others."""
    assert says(text, value) is is_right
