"""MariaDB is away: old figures stay, marked as old, and it resumes alone."""

import re

import fake_view
import pytest
from conftest import Browse

REASON = "MariaDB does not answer"


def test_old_figures_stay_and_are_marked(browse: Browse) -> None:
    """The last figures are shown with their batch, the reason and the time."""
    view = fake_view.grouped()
    client = browse(view)
    client.get("/")
    view.away = REASON
    answer = client.get("/")
    assert answer.status_code == 200
    assert f"Old figures, as of batch 293: {REASON}." in answer.text
    assert 'data-kind="database-away"' in answer.text
    assert "as of batch 293 · data to 9 Dec 2011 16:52" in answer.text
    assert re.search(r"database away since \d\d:\d\d UTC", answer.text)
    assert client.get("/groups.csv").status_code == 200


def test_it_resumes_alone(browse: Browse) -> None:
    """The next answer after the database is back is new and not marked."""
    view = fake_view.grouped()
    client = browse(view)
    client.get("/")
    view.away = REASON
    client.get("/")
    view.away = ""
    view.change(batch=294)
    page = client.get("/").text
    assert "Old figures" not in page
    assert "batch 294" in page


@pytest.mark.parametrize("path", ["/", "/groups/champions", "/customers.json", "/groups.csv"])
def test_nothing_read_yet(browse: Browse, path: str) -> None:
    """Without any figures the answer says why, with status 503."""
    view = fake_view.grouped()
    view.away = REASON
    answer = browse(view).get(path)
    assert answer.status_code == 503
    assert REASON in answer.text


def test_health_is_the_process(browse: Browse) -> None:
    """The process is healthy whatever the database does."""
    view = fake_view.grouped()
    view.away = REASON
    answer = browse(view).get("/health")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_a_mistake_of_the_code_is_a_page_too(browse: Browse) -> None:
    """An unexpected error is answered with 500 and a sentence, and its text is not shown."""
    view = fake_view.grouped()
    view.content["segments"] = [{"wrong": "columns"}]
    answer = browse(view).get("/")
    assert answer.status_code == 500
    assert "The dashboard made a mistake; its log has the details" in answer.text
    assert "wrong" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
