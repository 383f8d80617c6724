"""What a tab shows while a server is gone."""

from collections.abc import Callable, Iterator

import pytest

from harness.browser import Tab
from harness.stack import Stack, wait_until
from harness.streaming import assert_healthy

KIND = "() => document.getElementById('state').dataset.kind"
AWAY = "['database-away', 'server-away']"
# Without their notes: how many messages wait is not known meanwhile.
FIGURES = ".figures dd:first-of-type"
# Chromium itself logs an answer of 503, which is what the dashboard has to answer then.
EXPECTED = "Failed to load resource"


@pytest.fixture
def without_mariadb(view: Stack) -> Iterator[Callable[[], None]]:
    """A function that stops MariaDB; it is started again at the end, whatever happens."""

    def stop() -> None:
        view.compose("stop", "mariadb")

    yield stop
    view.up("mariadb")
    wait_until(lambda: assert_healthy(view, "mariadb"))


def test_old_figures_stay_marked_while_mariadb_is_away(
    view: Stack, opened: Callable[..., Tab], without_mariadb: Callable[[], None]
) -> None:
    """The figures stay, called old since a time; the mark goes after the return, without a reload."""
    tab = opened("/")
    page = tab.page
    figures = page.locator(FIGURES).all_inner_texts()
    page.evaluate("() => { window.isMarked = true; }")

    tab.expected = EXPECTED
    without_mariadb()
    page.wait_for_function(f"() => {AWAY}.includes(({KIND})())", timeout=30_000)
    assert "away since" in page.locator("#word").inner_text()
    assert page.locator(FIGURES).all_inner_texts() == figures

    view.up("mariadb")
    page.wait_for_function(f"() => !{AWAY}.includes(({KIND})())", timeout=60_000)
    assert page.locator(".old").count() == 0
    assert page.evaluate("() => window.isMarked === true")
