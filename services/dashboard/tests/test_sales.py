"""The sales: spans and periods, sums, countries, hours, products."""

import csv
import datetime as dt
import io
from decimal import Decimal

import fake_sales
import pytest
from conftest import Browse
from fake_view import END
from test_pages import DESCRIPTIONS, VIEWS, Outline

from dashboard.pages._amounts import Amounts, total
from dashboard.pages._periods import Period, Span, beginning, first_and_last

FILES = ("", "/sales.json", "/returns.json", *(f"/{name}.csv" for name in (
    "sales", "countries", "hours", "returns", "sold", "returned", "worst")))  # fmt: skip


@pytest.mark.parametrize(
    ("span", "first"), [("year", "2010-12-10"), ("quarter", "2011-09-10"), ("month", "2011-11-10")]
)
def test_spans_end_with_the_newest_sale(span: Span, first: str) -> None:
    """The data's own time counts, not today's."""
    assert first_and_last(span, END) == (dt.date.fromisoformat(first), END.date())


@pytest.mark.parametrize(("span", "newest"), [("all", END), ("year", None)])
def test_all_time(span: Span, newest: dt.datetime | None) -> None:
    """All days are in it; also where no sale counts as the newest."""
    assert first_and_last(span, newest) == (dt.date.min, dt.date.max)


@pytest.mark.parametrize(("period", "first"), [("day", "2011-12-04"), ("week", "2011-11-28"), ("month", "2011-12-01")])
def test_periods_begin(period: Period, first: str) -> None:
    """Weeks begin on Mondays: the 4th of December 2011 is a Sunday."""
    assert beginning(dt.date(2011, 12, 4), period) == dt.date.fromisoformat(first)


def test_a_share_of_nothing() -> None:
    """Without sales there is no share of returns; a sum of nothing is 0."""
    assert total([]) == Amounts()
    assert Amounts().returned_share is None
    assert Amounts(turnover=Decimal(-5), returned=Decimal(5)).returned_share is None
    assert Amounts(turnover=Decimal(75), returned=Decimal(25)).returned_share == Decimal("0.25")


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("file", FILES)
def test_it_answers_without_sales(browse: Browse, kind: str, file: str) -> None:
    """Page, charts and tables answer over views in which no summary has a row."""
    answer = browse(VIEWS[kind]()).get(f"/sales{file}")
    assert (answer.status_code, "None" in answer.text) == (200, False)


@pytest.mark.parametrize("query", ["", "?time=all&by=day&show=returns", "?time=month&by=month&show=lines"])
def test_it_is_well_formed(browse: Browse, query: str) -> None:
    """Elements close in order, nothing is inline; every file answers with the same query."""
    client = browse(fake_sales.sold())
    assert Outline(client.get(f"/sales{query}").text).problems == []
    assert [file for file in FILES if client.get(f"/sales{file}{query}").status_code != 200] == []


def test_its_key_figures(browse: Browse) -> None:
    """They are sums of the days shown."""
    page = browse(fake_sales.sold()).get("/sales").text
    for text in (
        "<dt>turnover</dt><dd>£605</dd><dd>99 % United Kingdom</dd>",
        "<dt>lines</dt><dd>50</dd><dd>30 British</dd>",
        "<dt>returned</dt><dd>£55</dd><dd>8 % of what was sold</dd>",
        "<dt>countries</dt><dd>2</dd><dd>28 Nov 2011 to 12 Dec 2011</dd>",
    ):
        assert text in page


def test_the_time_ends_with_the_last_day(browse: Browse) -> None:
    """It is that of the last sale, not the first day of its period."""
    view = fake_sales.sold()
    view.content["sales_by_period"][-1]["last_day"] = dt.date(2011, 12, 14)
    assert browse(view).get("/sales").text.count("28 Nov 2011 to 14 Dec 2011") == 5


def test_weeks_are_put_together(browse: Browse) -> None:
    """The British sales and the others have a bar per week, on top of each other, and 0 where there are none."""
    chart = browse(fake_sales.sold()).get("/sales/sales.json?by=week").json()
    weeks = [int(dt.datetime(2011, *day, tzinfo=dt.UTC).timestamp() * 1000) for day in ((11, 28), (12, 5), (12, 12))]
    assert chart["kind"] == "stacked bars"
    assert [series["points"] for series in chart["series"]] == [
        [[weeks[0], 300.0], [weeks[1], 300.0], [weeks[2], 0.0]],
        [[weeks[0], 10.0], [weeks[1], 0.0], [weeks[2], -5.0]],
    ]


@pytest.mark.parametrize(("show", "number"), [("pieces", 50), ("lines", 10), ("returns", 5.0)])
def test_what_is_shown_is_chosen(browse: Browse, show: str, number: float) -> None:
    """The last day is that of another country."""
    chart = browse(fake_sales.sold()).get(f"/sales/sales.json?by=day&show={show}").json()
    assert chart["series"][1]["points"][-1][1] == number


def test_returns_are_a_share_of_what_was_sold(browse: Browse) -> None:
    """By month, of the pounds before returns."""
    chart = browse(fake_sales.sold()).get("/sales/returns.json").json()
    assert [point[1] for point in chart["series"][0]["points"]] == [0.0, 0.1]


def test_links_keep_the_other_choices(browse: Browse) -> None:
    """A filter is a link that changes one parameter, and the chosen one is marked."""
    page = browse(fake_sales.sold()).get("/sales?time=quarter&show=pieces").text
    assert '<a href="/sales?time=quarter&amp;by=day&amp;show=pieces">day</a>' in page
    assert '<a href="/sales?time=quarter&amp;by=week&amp;show=pieces" aria-current="true">week</a>' in page


def test_countries_beyond_the_first_are_one_row(browse: Browse) -> None:
    """Twenty are shown and the rest summed up; the csv file has all and no sum."""
    client = browse(fake_sales.sold(countries=300))
    page = client.get("/sales").text
    assert ("Country 19<" in page, "Country 20<" in page, "280 other countries" in page) == (True, False, True)
    rows = list(csv.reader(io.StringIO(client.get("/sales/countries.csv").text)))
    assert (len(rows), rows[-1][0]) == (301, "Country 299")
    assert "1 other country<" in browse(fake_sales.sold(countries=21)).get("/sales").text


def test_hours_and_weekdays_are_a_table(browse: Browse) -> None:
    """Hours without sales have dots; what is not above 0 has no tint; each weekday and each hour has a sum."""
    page = browse(fake_sales.sold()).get("/sales").text
    assert '<th scope="row">10:00</th>' in page
    assert '<td class="tint5">£100</td>' in page
    assert '<td class="tint0">−£2</td>' in page
    assert '<td class="tint0">−£1</td>' in page  # all of 11:00
    assert '<td class="tint0">£99</td>' in page
    assert '<td class="same">·</td>' in page
    assert "08:00" not in page


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_descriptions_stay_text(browse: Browse, kind: str) -> None:
    """What comes from the data is escaped."""
    description, shown = DESCRIPTIONS[kind]
    page = browse(fake_sales.sold(description)).get("/sales").text
    assert page.count(f">{shown}</span>") == 3
    assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["sold", "returned", "worst"])
def test_csv_files_have_all_products(browse: Browse, name: str) -> None:
    """Formulas are defused."""
    rows = list(csv.reader(io.StringIO(browse(fake_sales.sold()).get(f"/sales/{name}.csv").text)))
    assert rows[2][:2] == ["'@x", "'=1+1"]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("time=decade", "The parameter “time” is wrong: Input should be &#39;all&#39;, &#39;year&#39;"),
        ("by=hour", "The parameter “by” is wrong"),
        ("show=%3Cb%3E", "The parameter “show” is wrong"),
        ("country=EIRE", "This page has no parameter “country” (its parameters: time, by, show)."),
        ("by=day&by=week", "The address names a parameter twice."),
    ],
)
def test_a_wrong_choice_is_answered_with_a_sentence(browse: Browse, query: str, sentence: str) -> None:
    """The page says what is possible."""
    answer = browse(fake_sales.sold()).get(f"/sales?{query}")
    assert (answer.status_code, sentence in answer.text) == (400, True)


def test_a_page_and_its_charts_read_the_days_once(browse: Browse) -> None:
    """Until the view changes."""
    view = fake_sales.sold()
    client = browse(view)
    for file in FILES:
        client.get(f"/sales{file}?by=day")
    assert view.read.count("sales_by_period") == 1
    view.change(batch=2)
    client.get("/sales?by=day")
    assert view.read.count("sales_by_period") == 2
