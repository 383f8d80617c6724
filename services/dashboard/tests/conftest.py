"""The application over a fake view; nothing is kept for a second, so that a change shows at once."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fake_view import FakeView
from starlette.testclient import TestClient

from dashboard import app, snapshots
from dashboard.settings import OWN_HOSTS

type Browse = Callable[[FakeView], TestClient]


@pytest.fixture
def browse(monkeypatch: pytest.MonkeyPatch) -> Iterator[Browse]:
    """Return a function that opens the pages over a view."""
    monkeypatch.setattr(snapshots, "LOOK_SECONDS", 0.0)
    with ExitStack() as clients:

        def opened(view: FakeView) -> TestClient:
            application = app.create(view, None, list(OWN_HOSTS))
            client = TestClient(application, base_url="http://localhost", raise_server_exceptions=False)
            return clients.enter_context(client)

        yield opened
