"""The tests would notice: a page that does what pages must not do is found out."""

import pytest
from playwright.sync_api import Browser

from harness.browser import tab

POLICY = "default-src 'none'; script-src 'self'"
BROKEN = """<!doctype html><title>broken</title><main id="main">{}</main>"""


@pytest.mark.parametrize(
    ("markup", "policy", "found"),
    [
        pytest.param("<script>document.title = 1</script>", POLICY, "policy: inline", id="inline script"),
        pytest.param("<p style='color: red'>red</p>", POLICY, "policy: inline", id="inline style"),
        pytest.param(
            "<img src='http://127.0.0.1:9/x.png' alt=''>", "", "request to http://127.0.0.1:9", id="elsewhere"
        ),
        pytest.param("<script>console.error('oops')</script>", "", "oops", id="console"),
        pytest.param("<script>nothing.here()</script>", "", "exception: nothing is not defined", id="exception"),
    ],
)
def test_what_a_page_must_not_do_is_noted(browser: Browser, home: str, markup: str, policy: str, found: str) -> None:
    """Violations of the policy, requests to other servers, errors on the console, and exceptions are noted."""
    with tab(browser, home) as one:
        headers = {"Content-Type": "text/html", **({"Content-Security-Policy": policy} if policy else {})}
        one.page.route("**/broken", lambda route: route.fulfill(body=BROKEN.format(markup), headers=headers))
        one.open("/broken")
        assert [text for text in one.wrong if found in text]


def test_axe_is_at_work(browser: Browser, home: str) -> None:
    """A picture without a text is a violation, and so is grey on white."""
    with tab(browser, home) as one:
        body = BROKEN.format("<img src='data:,'><p style='color: #aaa; background: #fff'>grey</p>")
        one.page.route("**/broken", lambda route: route.fulfill(body=body, content_type="text/html"))
        one.open("/broken")
        rules = {text.partition(":")[0] for text in one.accessibility()}
        assert {"image-alt", "color-contrast"} <= rules
