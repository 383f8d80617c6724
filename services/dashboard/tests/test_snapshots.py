"""One read for all viewers."""

import asyncio
import threading

import fake_view
import pytest
from fake_view import FakeView

from dashboard import snapshots
from dashboard.edges.mariadb import DatabaseAway
from dashboard.page import Parameters
from dashboard.pages import customers
from dashboard.snapshots import NothingRead, Reading, Shown, Snapshots


def read(reading: Reading) -> int:
    """Return a page's figure, by one statement."""
    return len(reading.rows(customers.HISTORY))


async def many(kept: Snapshots, view: FakeView, viewers: int) -> list[Shown[int]]:
    """Let viewers ask at the same time, while the view answers slowly."""
    view.wait = threading.Event()
    asking = [asyncio.create_task(kept.get("page", read)) for _ in range(viewers)]
    await asyncio.sleep(0.1)
    view.wait.set()
    return await asyncio.gather(*asking)


def test_a_hundred_requests_are_one_read() -> None:
    """All wait for the same reading, and get the same figures."""
    view = fake_view.grouped()
    shown = asyncio.run(many(Snapshots(view), view, 100))
    assert view.read.count("customers_history") == 1
    assert all(one is shown[0] for one in shown)
    assert view.open == 0


def test_a_viewer_who_leaves_does_not_end_the_read_of_others() -> None:
    """A request that is cancelled leaves the reading to the rest."""

    async def story() -> int:
        view = fake_view.grouped()
        view.wait = threading.Event()
        kept = Snapshots(view)
        leaves, stays = (asyncio.create_task(kept.get("page", read)) for _ in range(2))
        await asyncio.sleep(0.1)
        leaves.cancel()
        view.wait.set()
        return (await stays).figures

    assert asyncio.run(story()) == 8


def test_the_view_is_looked_at_once_a_second() -> None:
    """Requests within a second cause one look; figures are read again only after a change."""

    async def story() -> tuple[int, int]:
        view = fake_view.grouped()
        kept = Snapshots(view)
        for _ in range(20):
            await kept.get("page", read)
        return view.read.count("offsets"), view.read.count("customers_history")

    assert asyncio.run(story()) == (1, 1)


@pytest.mark.parametrize(
    ("change", "readings"),
    [({}, 1), ({"batch": 294}, 2), ({"grouping_number": 3}, 2), ({"erased": 1}, 2), ({"products": 3}, 2)],
)
def test_a_change_is_read(monkeypatch: pytest.MonkeyPatch, change: dict[str, int], readings: int) -> None:
    """A commit, a grouping, an erasure and new products each cause one more reading."""
    monkeypatch.setattr(snapshots, "LOOK_SECONDS", 0.0)

    async def story() -> int:
        view = fake_view.grouped()
        kept = Snapshots(view)
        await kept.get("page", read)
        await asyncio.sleep(0.01)
        view.change(**change)
        await kept.get("page", read)
        return view.read.count("customers_history")

    assert asyncio.run(story()) == readings


@pytest.mark.parametrize(("change", "readings"), [({"batch": 294}, 1), ({"grouping_number": 3}, 2), ({"erased": 1}, 2)])
def test_parts_are_read_once_per_grouping(
    monkeypatch: pytest.MonkeyPatch, change: dict[str, int], readings: int
) -> None:
    """Only what changes the groups reads them again."""
    monkeypatch.setattr(snapshots, "LOOK_SECONDS", 0.0)

    async def story() -> int:
        view = fake_view.grouped()
        kept = Snapshots(view)
        for _ in range(2):
            await kept.get("page", lambda reading: customers.read(reading, Parameters()))
            view.change(**change)
        return view.read.count("customers_moves")

    assert asyncio.run(story()) == readings


def test_the_figures_kept_are_bounded() -> None:
    """Any number of addresses keeps only the last ones."""

    async def story() -> int:
        kept = Snapshots(fake_view.grouped())
        for number in range(3 * snapshots.KEPT_PAGES):
            await kept.get(number, read)
        return len(kept._kept)  # noqa: SLF001

    assert asyncio.run(story()) == snapshots.KEPT_PAGES


def test_a_server_that_never_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A viewer waits for a limited time, then the database counts as away."""
    monkeypatch.setattr(snapshots, "PATIENCE_SECONDS", 0.1)

    async def story() -> None:
        view = fake_view.grouped()
        view.wait = threading.Event()
        kept = Snapshots(view)
        with pytest.raises(NothingRead, match="does not answer"):
            await kept.get("page", read)
        view.wait.set()

    asyncio.run(story())


def test_a_view_without_its_row_of_state_is_not_prepared() -> None:
    """A table that exists, but is empty, is no figure of 0."""

    class Bare(FakeView):
        def rows(self, *_: object, **__: object) -> list[dict[str, object]]:
            return []

    with pytest.raises(DatabaseAway, match="db-init has not run"):
        asyncio.run(Snapshots(Bare({})).look())
