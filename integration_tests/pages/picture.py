"""Take the picture of the running dashboard: python -m pages.picture ADDRESS FILE. Starts and changes nothing else."""

import sys
from pathlib import Path

from playwright.sync_api import Error

from harness.browser import chromium, tab

HEIGHT = 1_050  # key figures, groups, and the cloud of customers


def main(address: str, file: Path) -> str | None:
    """Write the picture; return a sentence if that fails."""
    with chromium() as browser, tab(browser, address, size=(1366, HEIGHT)) as opened:
        try:
            page = opened.open("/")
        except Error as error:
            return f"picture: no dashboard at {address}: {error.message.splitlines()[0]}. Is it up (docker compose up)?"
        if not page.locator(".figures").count():
            return f"picture: the page has no figures: {page.locator('main').inner_text()}"
        stand = page.locator(".stand").inner_text()
        page.evaluate("() => document.fonts.ready")
        page.screenshot(path=file, animations="disabled")
    print(f"docs/{file.name} shows {stand}")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
