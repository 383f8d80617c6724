"""The page that draws what `make choose-k` measured."""

import datetime as dt
from pathlib import Path

import fake_view
import pytest
from conftest import Browse

from dashboard import choices
from dashboard.choices import Candidate, Choice, Choices

CHARTS = ("customers-inertia", "customers-silhouette", "lines-inertia", "lines-silhouette")
FOUND = (Candidate(2, 900.5, 0.47, 0.4), Candidate(3, 300, 0.34, 0.2), Candidate(4, 250, None, 0.004))


def measured(recommended: int | None = 3, groups: int = 4, found: tuple[Candidate, ...] = FOUND) -> Choices:
    """Return a result."""
    choice = Choice(candidates=found, recommended=recommended, groups=groups)
    at = dt.datetime(2026, 11, 26, 18, 50)  # noqa: DTZ001 - UTC
    return Choices(measured_at=at, batch=293, features="log", lines=choice, customers=choice)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The volume's file, which is not there yet."""
    monkeypatch.setattr(choices, "FILE", tmp_path / "choose-k.json")
    return tmp_path / "choose-k.json"


def test_never_measured(browse: Browse) -> None:
    """A sentence has the command; charts and tables are empty."""
    client = browse(fake_view.empty())
    answer = client.get("/groups/how-many")
    assert answer.status_code == 200
    assert "Not measured yet. <code>make choose-k</code>" in answer.text
    assert [client.get(f"/groups/how-many/{name}.json").json()["series"] for name in CHARTS] == [[]] * 4
    assert client.get("/groups/how-many/lines.csv").text == "groups (k),inertia,silhouette,smallest group\r\n"


def test_what_was_measured(browse: Browse) -> None:
    """The page says when and as of which batch, and recommends; tables are exact."""
    choices.write(measured())
    client = browse(fake_view.grouped())
    page = client.get("/groups/how-many").text
    assert "26 Nov 2026 18:50 UTC, as of batch 293" in page
    assert page.count("it recommends <strong>3</strong>; the view then had 4") == 2
    assert client.get("/groups/how-many/lines.csv").text.splitlines()[1:] == [
        "2,900.5,0.47,0.4", "3,300.0,0.34,0.2", "4,250.0,,0.004",
    ]  # fmt: skip
    curve, best = client.get("/groups/how-many/lines-silhouette.json").json()["series"]
    assert curve["points"] == [[2, 0.47], [3, 0.34], [4, None]]
    assert (best["name"], best["points"]) == ("recommended: 3", [[3, 0.34]])


def test_a_new_result_shows_at_once(browse: Browse) -> None:
    """Also while the stream is idle: the charts' versions change too."""
    client = browse(fake_view.grouped())
    before = client.get("/groups/how-many").text
    choices.write(measured())
    after = client.get("/groups/how-many").text
    assert "Not measured yet" in before
    assert "as of batch 293;" in after
    assert client.get("/groups/how-many/lines-inertia.json").json()["series"][0]["points"][0] == [2, 900.5]


def test_no_number_is_recommended(browse: Browse) -> None:
    """All numbers have a tiny group, or there are too few points; no group was there."""
    choices.write(measured(None, 0, ()))
    page = browse(fake_view.grouped()).get("/groups/how-many").text
    assert "it recommends no number; the view then had none" in page


@pytest.mark.parametrize("text", ["", "{}", '{"batch": 1}'])
def test_a_file_of_another_version(browse: Browse, file: Path, text: str) -> None:
    """It counts as not measured."""
    file.write_text(text, encoding="utf-8")
    assert "Not measured yet" in browse(fake_view.grouped()).get("/groups/how-many").text
