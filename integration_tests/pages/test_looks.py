"""Each page for every reader: light and dark, on a phone, by the keyboard alone, and with a screen reader.

Meanwhile messages wait for a processor that was killed: the figures stand still, and the minute until the dashboard
calls the stream stalled is not lost.
"""

from collections.abc import Callable, Iterator

import pytest

from harness.browser import LAPTOP, PHONE, Scheme, Tab
from harness.pages import addresses
from harness.stack import Stack, wait_until
from harness.streaming import assert_caught_up, further, made, send

BRIGHT, DIM = 600, 200  # of 765: red, green and blue together
FOCUSED = """() => {
    const one = document.activeElement;
    return [one.tagName, one.getAttribute('href'), one.id, one.innerText.slice(0, 40)].join(' ');
}"""
# After the last one Chromium goes to its own controls, which are none here, or to the first one again.
AT_END = "() => document.activeElement === document.body || document.activeElement.matches('.skip')"
# What can be operated and is seen: in an open <details>, not in a closed one.
OPERABLE = """() => [...document.querySelectorAll('a[href], button:not([disabled]), summary, input, select')]
    .filter(one => one.checkVisibility()).length"""
IS_MARKED = """() => { const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1; }"""


KIND = "document.getElementById('state').dataset.kind"
WAITING = 2_000


@pytest.fixture(scope="module", autouse=True)
def killed(view: Stack) -> Iterator[None]:
    """Messages wait for a processor that was killed; one that was never there stays away."""
    if not view.containers("processor"):
        yield
        return
    run = further(view, WAITING)
    view.compose("kill", "processor")
    try:
        send(run, 0, made(WAITING))
        yield
    finally:
        view.up("processor")
    wait_until(lambda: assert_caught_up(view))


@pytest.mark.parametrize(
    ("scheme", "size"),
    [pytest.param("light", LAPTOP, id="light, laptop"), pytest.param("dark", PHONE, id="dark, phone")],
)
def test_axe_finds_nothing(view: Stack, opened: Callable[..., Tab], scheme: Scheme, size: tuple[int, int]) -> None:
    """No page breaks a rule of accessibility, nor its own policy, nor asks another server, nor logs an error."""
    tab = opened("/", scheme=scheme, size=size)
    found: list[str] = []
    for address in addresses(view):
        tab.open(address)
        for details in tab.page.locator("details").all():
            details.evaluate("one => { one.open = true; }")
        found += [f"{address}: {violation}" for violation in tab.accessibility()]
    assert found == []


def test_dark_follows_the_system(opened: Callable[..., Tab]) -> None:
    """The page's background is light or dark as the system asks, also when that changes while it is open."""
    tab = opened("/", scheme="light")

    def lightness() -> int:
        script = "() => getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
        return int(sum(tab.page.evaluate(script)))

    light = lightness()
    tab.page.emulate_media(color_scheme="dark")
    assert light > BRIGHT
    assert lightness() < DIM


def test_nothing_scrolls_sideways_on_a_phone(view: Stack, opened: Callable[..., Tab]) -> None:
    """At 390 px each page is as wide as the screen, also with every table open."""
    tab = opened("/", size=PHONE)
    for address in addresses(view):
        page = tab.open(address)
        page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
        width = page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= PHONE[0], f"{address} is {width} px wide"


def test_the_keyboard_reaches_everything(view: Stack, opened: Callable[..., Tab]) -> None:
    """Tab goes through all links, buttons and details of each page, each marked while it has the focus."""
    tab = opened("/")
    for address in addresses(view):
        page = tab.open(address)
        page.locator("#pause").press("Space")  # or rows come and go meanwhile
        page.evaluate("() => document.querySelector('.skip').focus()")
        reached, is_at_end = 0, False
        while not is_at_end:
            assert page.evaluate(IS_MARKED), f"{address}: the focus is not seen on {page.evaluate(FOCUSED)}"
            reached += page.evaluate("() => document.activeElement.matches('a, button, summary, input, select')")
            page.keyboard.press("Tab")
            is_at_end = page.evaluate(AT_END)
        assert reached == page.evaluate(OPERABLE), address


def test_the_keyboard_operates_everything(opened: Callable[..., Tab]) -> None:
    """Enter follows the skip link, opens a table and pauses the refresh; the focus stays where it was."""
    tab = opened("/")
    page = tab.page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"

    summary = page.locator("summary").first
    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("one => one.open")

    pause = page.locator("#pause")
    pause.focus()
    page.keyboard.press("Space")
    assert pause.get_attribute("aria-pressed") == "true"
    assert page.evaluate("() => document.activeElement.id") == "pause"


def test_a_killed_processor_shows_as_stalled(stream: Stack, opened: Callable[..., Tab]) -> None:
    """The state becomes *stalled*, and the page says how many messages wait; it resumes with the processor, alone."""
    page = opened("/").page
    page.wait_for_function(f"() => {KIND} === 'stalled'", timeout=90_000)
    assert page.locator("#word").inner_text() == "stalled"
    assert f"{WAITING:,} waiting" in page.locator(".figures").inner_text()
    stream.up("processor")
    page.wait_for_function(f"() => ['live', 'idle'].includes({KIND})", timeout=90_000)
