"""Headers, hosts, ETags, csv."""

import csv
import io

import fake_view
import pytest
from conftest import Browse

from dashboard.tables import Column, Group, csv_text, defused

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


@pytest.mark.parametrize("path", ["/", "/groups/lost", "/groups/x", "/customers.json", "/groups.csv", "/health",
                                  "/static/dashboard.js", "/?x=1"])  # fmt: skip
def test_every_answer_has_the_security_headers(browse: Browse, path: str) -> None:
    """Pages, data, files and errors alike; none sets a cookie."""
    answer = browse(fake_view.grouped()).get(path)
    assert answer.headers["content-security-policy"] == POLICY
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(("host", "status"), [
    ("localhost", 200), ("localhost:8501", 200), ("127.0.0.1:8501", 200), ("dashboard:8501", 200),
    ("evil.example", 400), ("localhost.evil.example", 400), ("", 400),
])  # fmt: skip
def test_only_known_hosts_are_answered(browse: Browse, host: str, status: int) -> None:
    """A page of another name, which a browser was led to, gets nothing."""
    assert browse(fake_view.grouped()).get("/", headers={"host": host}).status_code == status


@pytest.mark.parametrize("path", ["/", "/customers.json", "/groups/new"])
def test_what_the_browser_has_is_not_sent_again(browse: Browse, path: str) -> None:
    """With its ETag the answer is 304; after a change it is sent, with another ETag."""
    view = fake_view.grouped()
    client = browse(view)
    etag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    view.content["segments"][0]["customers"] = 7
    view.content["segments"][0]["name"] = "best"
    view.change(batch=294, grouping_number=3)
    changed = client.get(path, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != etag


def test_a_chart_of_the_groups_stays_while_only_lines_come(browse: Browse) -> None:
    """A micro-batch without a grouping neither reads nor sends its data again."""
    view = fake_view.grouped()
    client = browse(view)
    etag = client.get("/customers.json").headers["etag"]
    view.change(batch=294)
    assert client.get("/customers.json", headers={"If-None-Match": etag}).status_code == 304
    assert view.read.count("customers_drawn") == 1


def test_static_files_have_a_digest_and_stay(browse: Browse) -> None:
    """A browser asks once for each version of a file."""
    client = browse(fake_view.grouped())
    page = client.get("/").text
    address = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert "?v=" in address
    assert "immutable" in client.get(address).headers["cache-control"]


@pytest.mark.parametrize("name", ["echarts.min.js", "idiomorph.min.js"])
def test_the_javascript_of_others_is_in_the_image(browse: Browse, name: str) -> None:
    """The build brought both files."""
    assert browse(fake_view.grouped()).get(f"/assets/{name}").status_code == 200


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\r=1"])
def test_formulas_are_defused(text: str) -> None:
    """A text that a spreadsheet would run gets an apostrophe."""
    assert defused(text) == f"'{text}"


def test_csv_is_exact(browse: Browse) -> None:
    """Numbers are exact and stay numbers, texts are quoted where needed, and the file says which batch it is of."""
    columns = [Column("=title", "text"), Column("group", "group"), Column("pounds", "pounds")]
    text = csv_text(columns, [('a "quoted", text\nof two lines', Group(0, "-lost"), -5), (None, Group(None, "x"), 0.1)])
    assert list(csv.reader(io.StringIO(text))) == [
        ["'=title", "group", "pounds"], ['a "quoted", text\nof two lines', "'-lost", "-5"], ["", "x", "0.1"]
    ]  # fmt: skip
    answer = browse(fake_view.grouped()).get("/groups.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="groups-batch-293.csv"'


@pytest.mark.parametrize(("path", "formula"), [("/customers.csv", "'=1+1"), ("/groups/champions/members.csv", "'@cmd")])
def test_the_csv_has_all_rows(browse: Browse, path: str, formula: str) -> None:
    """Where the page shows only the first rows, the file has every one."""
    rows = list(csv.reader(io.StringIO(browse(fake_view.grouped()).get(path).text)))
    assert [row[0] for row in rows] == ["customer", "12346", formula]
