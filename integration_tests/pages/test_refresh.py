"""A tab that is left open keeps up with the stream, and keeps what its reader did."""

from collections.abc import Callable

from playwright.sync_api import Page

from harness.browser import Tab
from harness.figures import figure
from harness.stack import Stack, wait_until
from harness.streaming import begin, made

ZOOM = """() => echarts.getInstanceByDom(document.querySelector('.chart .canvas')).getOption().dataZoom
    .map(one => [Math.round(one.start), Math.round(one.end)])"""
ZOOM_IN = """() => echarts.getInstanceByDom(document.querySelector('.chart .canvas'))
    .dispatchAction({type: 'dataZoom', batch: [{dataZoomIndex: 0, start: 20, end: 60}]})"""
# Lost by a reload.
MARK = "() => { window.isMarked = true; }"
IS_MARKED = "() => window.isMarked === true"


def lines(page: Page) -> int:
    """Return the key figure `lines`."""
    box = page.locator(".figures > div").filter(has=page.get_by_text("lines", exact=True))
    shown = figure(box.locator("dd").first.inner_text())
    assert shown is not None
    return int(shown.number)


def hold(page: Page) -> None:
    """Do what a reader does: zoom a chart, open a table, focus its summary, and scroll."""
    page.evaluate(MARK)
    page.evaluate(ZOOM_IN)
    page.locator("details").first.evaluate("one => { one.open = true; }")
    page.locator("summary").first.focus()


def assert_held(page: Page) -> None:
    """Raise unless all of that is as it was, in a page that was not loaded again."""
    assert page.evaluate(IS_MARKED)
    assert page.evaluate(ZOOM)[0] == [20, 60]
    assert page.locator("details").first.evaluate("one => one.open")
    assert page.evaluate("() => document.activeElement.tagName") == "SUMMARY"


def test_figures_rise_and_what_the_reader_did_stays(stream: Stack, opened: Callable[..., Tab]) -> None:
    """While lines stream the figures rise without a reload; zoom, focus and an open table stay."""
    tab = opened("/")
    hold(tab.page)
    seen = [lines(tab.page)]
    run = begin(stream, 1_000, made(5_000))

    def risen() -> None:
        if (now := lines(tab.page)) != seen[-1]:
            seen.append(now)
        assert len(seen) >= 3, seen

    wait_until(risen, 45)
    assert seen == sorted(seen)
    assert_held(tab.page)
    run.assert_each_line_arrived_once()


def test_what_the_reader_did_stays_through_a_refresh(opened: Callable[..., Tab]) -> None:
    """A refresh that brings a changed page leaves zoom, focus and an open table alone."""
    tab = opened("/")
    hold(tab.page)
    # The server's figures have changed, as far as this tab can tell.
    tab.page.locator(".figures dd").first.evaluate("one => { one.textContent = '0'; }")
    with tab.page.expect_response(lambda response: response.url == f"{tab.home}/" and response.status == 200):
        pass

    def refreshed() -> None:
        assert tab.page.locator(".figures dd").first.inner_text() != "0"

    wait_until(refreshed, 10)
    assert_held(tab.page)


def test_pause_stops_the_refresh(opened: Callable[..., Tab]) -> None:
    """While paused no request is made; Resume asks at once."""
    tab = opened("/")
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.page.locator("#pause").click()
    tab.page.wait_for_timeout(5_000)  # a refresh comes every three seconds
    assert asked == []
    with tab.page.expect_request(f"{tab.home}/"):
        tab.page.locator("#pause").click()
