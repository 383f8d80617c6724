"""A tab of Debian's Chromium on the dashboard, which notes everything that a page must not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Request, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path("/opt/axe.min.js")
LAPTOP, PHONE = (1366, 900), (390, 844)

type Scheme = Literal["light", "dark"]

# The page's policy forbids inline scripts; those of Playwright run beside it.
VIOLATIONS = (
    "document.addEventListener('securitypolicyviolation', event => console.error('policy: ' + event.blockedURI))"
)
# Rules of WCAG 2.2 A and AA, and good practice.
CHECK = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations.map(
    one => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(', ')}`)"""


@dataclass
class Tab:
    """A tab, the dashboard's address, and what it did wrong; errors with the expected text are right."""

    page: Page
    home: str
    wrong: list[str] = field(default_factory=list)
    expected: str | None = None

    def open(self, address: str) -> Page:
        """Open a page and wait until its charts are drawn."""
        self.page.goto(self.home + address)
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.chart')].every(chart => chart.childElementCount > 0)"
        )
        return self.page

    def accessibility(self) -> list[str]:
        """Return which rules of axe-core the page breaks, and where."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE.read_text(encoding="utf-8"))
        return list(self.page.evaluate(CHECK))

    def watch(self) -> None:
        """Note errors on the console, exceptions, violations of the policy, and requests to other servers."""
        self.page.add_init_script(VIOLATIONS)
        self.page.on("console", lambda message: self._note(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self._note(f"exception: {error}"))
        self.page.on("request", self._note_request)

    def _note(self, text: str) -> None:
        if self.expected is None or self.expected not in text:
            self.wrong.append(f"{self.page.url}: {text}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:", "blob:")):
            self._note(f"request to {request.url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; its own sandbox needs rights that a container does not give to root."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(
    browser: Browser, home: str, *, size: tuple[int, int] = LAPTOP, scheme: Scheme = "light", **more: Any
) -> Iterator[Tab]:
    """Give a tab of its own, without cookies or cache."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, **more)
    try:
        opened = Tab(context.new_page(), home)
        opened.watch()
        yield opened
    finally:
        context.close()
