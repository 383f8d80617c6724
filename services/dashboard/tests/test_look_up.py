"""One customer by the number: figures, group, invoices and lines, and what is wrong where nobody is found."""

import csv
import io
from decimal import Decimal

import fake_shop
import pytest
from conftest import Browse
from fake_shop import FakeShop
from fake_view import END
from test_pages import DESCRIPTIONS, VIEWS, Outline

TABLES = ("months", "moves", "products", "invoices", "lines")
FILES = ("", "/months.json", *(f"/{name}.csv" for name in TABLES))
MOVE = {"as_of": END, "from_segment": 1, "from_name": "loyal", "to_segment": 0, "to_name": "champions"}


def shop(**changes: object) -> FakeShop:
    """Return a view with a customer of two invoices and a cancellation."""
    sold = fake_shop.lines("17841", ("536365", (0, 1)), ("581334", (300, 302)), **changes)
    back = fake_shop.lines("17841", ("C581400", (310,)), Quantity=-1)
    others = fake_shop.lines("99", ("581335", (301,)))
    return FakeShop([*sold, *back, *others], moves=[MOVE])


def table(text: str) -> list[list[str]]:
    """Return the rows of a csv file, without the titles."""
    return list(csv.reader(io.StringIO(text)))[1:]


@pytest.mark.parametrize("kind", VIEWS)
def test_the_search_alone(browse: Browse, kind: str) -> None:
    """Without a number, or with blanks alone, the page has the form and no figures, whatever the view has."""
    client = browse(VIEWS[kind]())
    for query in ("", "?id=", "?id=%20%C2%A0"):
        answer = client.get(f"/customers{query}")
        assert (answer.status_code, "None" in answer.text) == (200, False)
        assert 'action="/customers" method="get"' in answer.text
        assert Outline(answer.text).problems == []
    assert client.get("/customers/months.json").json()["series"] == []
    assert client.get("/customers/lines.csv").status_code == 404


def test_it_is_well_formed(browse: Browse) -> None:
    """Elements close in order, nothing is inline, every file answers."""
    client = browse(shop())
    assert Outline(client.get("/customers?id=17841").text).problems == []
    assert [file for file in FILES if client.get(f"/customers{file}?id=17841").status_code != 200] == []


def test_its_figures(browse: Browse) -> None:
    """Recency, frequency and monetary beside the medians of the group."""
    page = browse(shop()).get("/customers?id=17841").text
    for text in (
        "Customer 17841</h1>",
        '<a href="/groups/champions">champions</a></span>, by the grouping as of 9 Dec 2011.',
        "First purchase on 1 Nov 2011, last on 1 Dec 2011; as of batch 293.",
        "<dt>days since purchase</dt><dd>3</dd><dd>champions, median: 7.5</dd>",
        "<dt>invoices</dt><dd>2</dd><dd>champions, median: 10</dd>",
        "<dt>pounds</dt><dd>£9</dd><dd>champions, median: £3,458</dd>",
        "<dt>place by pounds</dt><dd>3</dd><dd>of 12 customers, 0.88 % of their pounds</dd>",
        "<dt>lines</dt><dd>5</dd><dd>1 cancellation</dd>",
        "3 invoices, of which cancellations: 1",
        "of all lines",
    ):
        assert text in page
    assert "are shown" not in page


def test_the_groups_so_far(browse: Browse) -> None:
    """The first group is the one that the first move left; without a move it is the present one."""
    assert "First in <span" in browse(shop()).get("/customers?id=17841").text
    view = shop()
    view.moves = []
    page = browse(view).get("/customers?id=17841").text
    assert "Always in <span" in page
    assert "a customer&#39;s first group is not a move" in page


def test_a_move_to_no_group(browse: Browse) -> None:
    """A customer who returned everything is in no group."""
    view = shop()
    view.moves, view.segment = [MOVE | {"to_segment": None, "to_name": None}], None
    assert '<span class="group">no group</span>' in browse(view).get("/customers?id=17841").text


def test_months(browse: Browse) -> None:
    """Cancellations are apart, below 0; a month without them has 0."""
    chart = browse(shop()).get("/customers/months.json?id=17841").json()
    assert [(one["name"], [value for _, value in one["points"]]) for one in chart["series"]] == [
        ("invoices", [5.02, 5.02]), ("cancellations", [0.0, -1.255])
    ]  # fmt: skip
    assert chart["series"][1]["symbol"]


def test_lines_are_those_of_the_customer(browse: Browse) -> None:
    """The newest invoice first; another customer's line between them is not there."""
    found = table(browse(shop()).get("/customers/lines.csv?id=17841").text)
    assert [(row[1], row[4], row[6]) for row in found] == [
        ("C581400", "-1", "-1.255"), ("581334", "2", "2.510"), ("581334", "2", "2.510"), ("536365", "2", "2.510"),
        ("536365", "2", "2.510"),
    ]  # fmt: skip


def test_products_by_pounds(browse: Browse) -> None:
    """Returns are taken off; the description is the newest there is."""
    sold = [
        fake_shop.line("1", "1", 0, StockCode="A", Description="OLD"),
        fake_shop.line("1", "1", 1, StockCode="B", UnitPrice=Decimal(9)),
        fake_shop.line("1", "2", 20, StockCode="A", Description="NEW"),
        fake_shop.line("1", "C3", 30, StockCode="A", Description=None, Quantity=-1),
    ]
    assert table(browse(FakeShop(sold)).get("/customers/products.csv?id=1").text) == [
        ["CAKESTAND", "B", "1", "2", "18"], ["NEW", "A", "3", "3", "3.765"]
    ]  # fmt: skip


@pytest.mark.parametrize("typed", ["17841", "%2017841", "17841%20%20", "%0917841%C2%A0", "+17841"])
def test_blanks_do_not_matter(browse: Browse, typed: str) -> None:
    """What was copied with blanks around it is found."""
    page = browse(shop()).get(f"/customers?id={typed}")
    assert "Customer 17841</h1>" in page.text


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        (
            "id=99999",
            404,
            "There is no customer “99999”: the numbers of all lines of the United Kingdom were searched.",
        ),
        ("id=99999", 404, "one who was erased, and sales without a number cannot be found here."),
        ("id=99999", 404, '<a href="/customers">Look up a customer</a>'),
        ("id=abc", 404, "Most numbers have digits alone."),
        ("id=%3Cb%3E", 404, "There is no customer “&lt;b&gt;”"),
        ("id=17841.0", 400, "The parameter “id” is wrong: a customer&#39;s number has digits alone, such as 17841."),
        ("id=1.78E%2B04", 400, "has digits alone"),
        ("id=" + "9" * 33, 400, "a customer&#39;s number has at most 32 characters."),
        ("id=1&id=2", 400, "The address names a parameter twice."),
        ("number=1", 400, "This page has no parameter “number” (its parameters: id)."),
    ],
)
def test_nobody_is_found(browse: Browse, query: str, status: int, sentence: str) -> None:
    """The page says what was searched, and what may be wrong."""
    answer = browse(shop()).get(f"/customers?{query}")
    assert (answer.status_code, sentence in answer.text) == (status, True)


@pytest.mark.parametrize("number", ["C-17 <b>&\"'", "ü/?#%", "9" * 32, "=1+1", "-5"])
def test_a_number_may_be_a_text(browse: Browse, number: str) -> None:
    """The contract allows it; the link of another page leads to the customer."""
    view = FakeShop(fake_shop.lines(number, ("1", (0, 1))))
    view.content["customers_biggest"][0]["CustomerID"] = number
    client = browse(view)
    href = client.get("/").text.split('href="/customers?id=')[1].split('"')[0]
    answer = client.get(f"/customers?id={href}")
    assert (answer.status_code, Outline(answer.text).problems) == (200, [])
    assert len(table(client.get(f"/customers/lines.csv?id={href}").text)) == 2


def test_only_cancellations(browse: Browse) -> None:
    """There is no purchase, no recency and no group, and the page says why."""
    view = FakeShop(fake_shop.lines("12870", ("C1", (0,)), Quantity=-1), segment=None)
    page = browse(view).get("/customers?id=12870").text
    for text in (
        "In no group: only cancellations so far.", "No purchase, only cancellations;",
        "<dt>days since purchase</dt><dd>–</dd>", "<dt>invoices</dt><dd>0</dd>", "<dd>of 12 customers</dd>", "−£1.2",
    ):  # fmt: skip
        assert text in page
    assert "None" not in page


def test_everything_was_returned(browse: Browse) -> None:
    """A customer with purchases and without turnover is in no group."""
    sold = [fake_shop.line("1", "1", 0), fake_shop.line("1", "C2", 10, Quantity=-2)]
    page = browse(FakeShop(sold, segment=None)).get("/customers?id=1").text
    assert "In no group: everything was returned." in page


def test_never_grouped_yet(browse: Browse) -> None:
    """A new customer waits for the next grouping; before the first one all do."""
    view = FakeShop(fake_shop.lines("1", ("1", (0,))), segment=None)
    client = browse(view)
    page = client.get("/customers?id=1").text
    assert ("the next grouping finds one" in page, "1 invoice, of which" in page) == (True, True)
    view.content["segments"] = []
    view.change(grouping_number=0, grouped_as_of=None, grouped_at=None)
    page = client.get("/customers?id=1").text
    assert ("the customers are not grouped yet" in page, "None" in page) == (True, False)


def test_thousands_of_invoices(browse: Browse) -> None:
    """The newest are shown and read; the csv files have all."""
    sold = fake_shop.lines("1", *((str(10_000 + number), (20 * number, 20 * number + 1)) for number in range(3_000)))
    view = FakeShop(sold)
    client = browse(view)
    page = client.get("/customers?id=1").text
    assert view.passed_over == 500
    for text in (">12999</td>", ">12750</td>", "The first 200 are shown", "The first 500 are shown", "6,000 lines"):
        assert text in page
    assert ">12749</td>" not in page
    assert "of the newest 500 lines" in page
    assert len(table(client.get("/customers/invoices.csv?id=1").text)) == 3_000
    found = table(client.get("/customers/lines.csv?id=1").text)
    assert [row[1] for row in found] == [str(10_000 + number) for number in reversed(range(3_000)) for _ in range(2)]


def test_an_invoice_in_several_partitions(browse: Browse) -> None:
    """It is one invoice, and each of its lines is there once."""
    sold = [fake_shop.line("1", "7", place, kafka_partition=place % 3) for place in range(9)]
    client = browse(FakeShop(sold))
    assert [row[1:4] for row in table(client.get("/customers/invoices.csv?id=1").text)] == [["7", "invoice", "9"]]
    assert len(table(client.get("/customers/lines.csv?id=1").text)) == 9


def test_invoices_within_each_other(browse: Browse) -> None:
    """Lines that lie between those of another invoice are there once, under their own."""
    sold = fake_shop.lines("1", ("7", (0, 2, 4)), ("8", (1, 3)), InvoiceDate=fake_shop.FIRST)
    found = table(browse(FakeShop(sold)).get("/customers/lines.csv?id=1").text)
    assert [row[1] for row in found] == ["8", "8", "7", "7", "7"]


def test_lines_far_apart_are_left_out(browse: Browse) -> None:
    """Those at both ends are shown, the page says that some are missing, and the csv file has all."""
    client = browse(FakeShop(fake_shop.lines("1", ("7", (0, 600_000, 2_000_000)), InvoiceDate=fake_shop.FIRST)))
    page = client.get("/customers?id=1").text
    for text in ("Some lines are left out", "of some 2 lines", "The first 2 are shown."):
        assert text in page
    assert len(table(client.get("/customers/lines.csv?id=1").text)) == 3


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_descriptions_stay_text(browse: Browse, kind: str) -> None:
    """What comes from the data is escaped, among lines and products."""
    description, shown = DESCRIPTIONS[kind]
    sold = fake_shop.lines("1", ("1", (0, 1)), Description=description)
    page = browse(FakeShop(sold)).get("/customers?id=1").text
    assert page.count(f">{shown}</span>") == 3
    assert "<script>alert" not in page


def test_csv_files_are_defused(browse: Browse) -> None:
    """No text is run as a formula."""
    sold = fake_shop.lines("1", ("=1", (0,)), Description="@x", StockCode="+2")
    (row,) = table(browse(FakeShop(sold)).get("/customers/lines.csv?id=1").text)
    assert row[1:4] == ["'=1", "'@x", "'+2"]


def test_erased_between_two_requests(browse: Browse) -> None:
    """Nothing of the customer is shown any more, not even as old figures while the database is away."""
    view = FakeShop(fake_shop.lines("1", *((str(number), (10 * number,)) for number in range(600))))
    client = browse(view)
    assert client.get("/customers?id=1").status_code == 200
    view.erase("1")
    assert client.get("/customers?id=1").status_code == 404
    assert client.get("/customers/lines.csv?id=1").status_code == 404
    assert client.get("/customers/months.json?id=1").json()["series"] == []
    view.away = "MariaDB does not answer"
    assert client.get("/customers?id=1").status_code == 503


@pytest.mark.parametrize("file", ["invoices", "lines"])
def test_erased_while_a_file_is_made(browse: Browse, file: str) -> None:
    """A csv file reads all in a snapshot of its own, which may be newer than the page's."""
    view = FakeShop(fake_shop.lines("1", *((str(number), (10 * number,)) for number in range(600))))
    client = browse(view)
    client.get("/customers?id=1")
    view.sold.clear()
    answer = client.get(f"/customers/{file}.csv?id=1")
    assert (answer.status_code, "There is no customer “1”" in answer.text) == (404, True)
