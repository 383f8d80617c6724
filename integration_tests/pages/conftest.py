"""The dashboard under test, and a browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser

from harness.browser import Tab, chromium, tab
from harness.stack import Stack

if TYPE_CHECKING:
    from harness.shared import Shared


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, for all tests."""
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def view(request: pytest.FixtureRequest) -> Stack:
    """The stack under test; PAGES_PROJECT names one that is up already, on the ports in the environment."""
    project = os.environ.get("PAGES_PROJECT")
    if not project:
        # Not among the arguments: it removes the tests' own stack at the end, also if that was not asked for.
        shared: Shared = request.getfixturevalue("shared")
        return shared.ready()
    ports = {f"{name}_port": int(os.environ[f"{name.upper()}_PORT"]) for name in ("kafka", "mariadb", "dashboard")}
    return Stack(name=project, **ports)  # type: ignore[arg-type]


@pytest.fixture
def stream(view: Stack) -> Stack:
    """The stack under test, if lines can be streamed through it."""
    if not view.containers("processor"):
        pytest.skip("no processor in this project")
    return view


@pytest.fixture
def home(view: Stack) -> str:
    """The dashboard's address."""
    return f"http://localhost:{view.dashboard_port}"


@pytest.fixture
def opened(browser: Browser, home: str) -> Iterator[Callable[..., Tab]]:
    """A function that opens an address in a new tab; at the end none may have done anything wrong."""
    tabs: list[Tab] = []
    with ExitStack() as closing:

        def open_tab(address: str, **options: Any) -> Tab:
            tabs.append(closing.enter_context(tab(browser, home, **options)))
            tabs[-1].open(address)
            return tabs[-1]

        yield open_tab
    assert [text for one in tabs for text in one.wrong] == []
