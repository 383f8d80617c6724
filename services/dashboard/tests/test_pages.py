"""The pages over views of every kind: right, readable, escaped."""

from collections.abc import Callable
from html.parser import HTMLParser
from urllib.parse import quote

import fake_view
import pytest
from conftest import Browse
from fake_view import FakeView

VIEWS: dict[str, Callable[[], FakeView]] = {
    "empty": fake_view.empty,
    "before any grouping": fake_view.not_grouped,
    "only rejected lines": fake_view.only_rejected,
    "grouped": fake_view.grouped,
    "one customer": lambda: fake_view.grouped(names=("champions",)),
    "eight groups": lambda: fake_view.grouped(names=tuple(f"group {number}" for number in range(8))),
    "names of 40 characters": lambda: fake_view.grouped(names=("n" * 40, "m" * 40)),
    "names with markup": lambda: fake_view.grouped(names=("<b>&\"'", "at risk 2")),
    "an erased customer": lambda: fake_view.with_group(
        customers_slipped=[], customers_biggest=[], customers_drawn=[], customers_moves=[]
    ),
}
# Descriptions from the data, each as the page must show it.
DESCRIPTIONS = {
    "markup": ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    "quotes": ("12\" 'PLATE' & more", "12&#34; &#39;PLATE&#39; &amp; more"),
    "emoji": ("🎄 GIFT", "🎄 GIFT"),
    "right-to-left": ("שלום", "שלום"),
    "1,000 characters": ("x" * 1000, "x" * 1000),
    "none": (None, "(without a description)"),
}
PATHS = ("/", "/customers.json", "/history-customers.json", "/history-turnover.json", "/groups.csv", "/customers.csv",
         "/moves.csv", "/slipped.csv", "/history-customers.csv", "/history-turnover.csv")  # fmt: skip


class Outline(HTMLParser):
    """Collects what a page must not have: inline styles and scripts, and two elements with one id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.problems: list[str] = []
        self._ids: set[str] = set()
        self._open: list[str] = []
        self.feed(page)
        self.problems += [f"<{tag}> is not closed" for tag in self._open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check a tag."""
        if tag not in {"meta", "link", "rect", "path", "br", "input"}:
            self._open.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.problems.append(f"<{tag} {name}>")
            if name == "id":
                if value in self._ids:
                    self.problems.append(f"two elements with the id {value}")
                self._ids.add(value or "")
        if tag == "style" or (tag == "script" and "src" not in dict(attrs)):
            self.problems.append(f"inline <{tag}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check a tag that closes itself."""
        self.handle_starttag(tag, attrs)
        if tag not in {"rect", "path"}:
            self.problems.append(f"<{tag}/>")

    def handle_endtag(self, tag: str) -> None:
        """Check that the innermost element is closed."""
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"</{tag}>")


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("path", PATHS)
def test_the_first_page_answers(browse: Browse, kind: str, path: str) -> None:
    """Page, charts and tables answer over every kind of view."""
    assert browse(VIEWS[kind]()).get(path).status_code == 200


@pytest.mark.parametrize("kind", VIEWS)
def test_each_group_has_a_page(browse: Browse, kind: str) -> None:
    """The page of each group and all its tables answer, whatever is in the name; the first page links to it."""
    view = VIEWS[kind]()
    client = browse(view)
    first = client.get("/").text
    for row in view.content.get("segments", []):
        address = f"/groups/{quote(row['name'], safe='')}"
        assert f'href="{address}"' in first
        assert client.get(address).status_code == 200
        for table in ("members", "products", "difference", "exchanged", "moves"):
            assert client.get(f"{address}/{table}.csv").status_code == 200


@pytest.mark.parametrize("kind", VIEWS)
def test_pages_are_well_formed_and_have_nothing_inline(browse: Browse, kind: str) -> None:
    """Elements close in order, ids are unique, no style or script is inline."""
    view = VIEWS[kind]()
    client = browse(view)
    paths = ["/", "/nowhere", *(f"/groups/{quote(row['name'], safe='')}" for row in view.content.get("segments", []))]
    assert [problem for path in paths for problem in Outline(client.get(path).text).problems] == []


def test_the_first_page_shows_its_figures(browse: Browse) -> None:
    """Key figures, groups and state are those of the view."""
    page = browse(fake_view.grouped()).get("/").text
    for text in (
        "<dd>400</dd><dd>as of 9 Dec 2011</dd>",
        "<dd>£4.00 m</dd><dd>25 % from champions</dd>",
        "<dd>1,772,508</dd><dd>1,620,604 British</dd>",
        "<dd>73,358</dd>",
        '<div class="right"><dt>messages lost or doubled</dt><dd>0</dd><dd>12 rejected, with reasons</dd></div>',
        "batch 293 · data to 9 Dec 2011 16:52",
        'data-kind="live"',
    ):
        assert text in page


def test_a_difference_is_shown_as_wrong(browse: Browse) -> None:
    """A lost message is not green."""
    view = fake_view.grouped()
    view.content |= fake_view.progress(10, 0, 0, missing=3)
    assert '<div class="wrong"><dt>messages lost or doubled</dt><dd>3</dd>' in browse(view).get("/").text


def test_an_empty_view_says_what_is_missing(browse: Browse) -> None:
    """Where nothing is there yet, sentences say so."""
    page = browse(fake_view.empty()).get("/").text
    assert "No groups yet: the customers are grouped when the stream falls idle." in page
    assert "no batch yet" in page
    assert "None" not in page


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_descriptions_stay_text(browse: Browse, kind: str) -> None:
    """What comes from the data is escaped."""
    description, shown = DESCRIPTIONS[kind]
    page = browse(fake_view.grouped(description=description)).get("/groups/champions").text
    assert f">{shown}</span>" in page
    assert "<script>alert" not in page


def test_products_that_are_not_computed_yet(browse: Browse) -> None:
    """Right after a grouping its products are still missing."""
    page = browse(fake_view.with_group(group_favourites=[])).get("/groups/champions").text
    assert "Not computed yet" in page


def test_a_customers_number_stays_text_in_json(browse: Browse) -> None:
    """A chart's data has texts as they are; the type keeps a browser from running them."""
    number = "</script><script>alert(1)"
    answer = browse(fake_view.grouped(number=number)).get("/customers.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["series"][0]["points"] == [[1, 0.001, number]]


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("/groups/nobody", 404, "There is no group “nobody” now. The groups are champions, loyal, new and lost."),
        ("/groups/%3Cb%3E", 404, "There is no group “&lt;b&gt;” now."),
        ("/nowhere", 404, "There is no such page."),
        ("/groups.csv/more", 404, "There is no such page."),
        ("/?page=2", 400, "This page has no parameter “page”"),
        ("/groups/lost?name=new", 400, "The address names a parameter twice."),
        ("/groups/" + "x" * 65, 400, "The parameter “name” is wrong"),
    ],
)
def test_a_wrong_address_is_answered_with_a_sentence(browse: Browse, path: str, status: int, sentence: str) -> None:
    """The status is right and the page says what is wrong."""
    answer = browse(fake_view.grouped()).get(path)
    assert (answer.status_code, sentence in answer.text) == (status, True)


def test_a_table_that_is_not_there(browse: Browse) -> None:
    """The sentence is plain text: what asks for csv shows no page."""
    answer = browse(fake_view.grouped()).get("/nothing.csv")
    assert answer.status_code == 404
    assert answer.text == "Not found: This page has no table “nothing”.\n"


def test_only_reading_is_allowed(browse: Browse) -> None:
    """Nothing can be posted."""
    assert browse(fake_view.grouped()).post("/").status_code == 405


def test_the_header_links_pages_that_exist(browse: Browse) -> None:
    """No link is dead."""
    client = browse(fake_view.grouped())
    page = client.get("/").text
    navigation = page[page.index("<nav") : page.index("</nav>")]
    links = [part.split('"')[0] for part in navigation.split('href="')[1:]]
    assert "/" in links
    assert [link for link in links if client.get(link).status_code != 200] == []
