"""The clusters of lines: profiles, centres, inertia, points, products."""

import csv
import io

import fake_sales
import pytest
from conftest import Browse
from test_pages import DESCRIPTIONS, VIEWS, Outline

FILES = ("", *(f"/{name}.json" for name in ("cloud", "pieces", "pounds", "inertia")), *(f"/{name}.csv" for name in (
    "clusters", "products", "cloud", "pieces", "pounds", "inertia")))  # fmt: skip


@pytest.mark.parametrize("kind", VIEWS)
@pytest.mark.parametrize("file", FILES)
def test_it_answers_without_a_model(browse: Browse, kind: str, file: str) -> None:
    """Page, charts and tables answer over views without clusters."""
    answer = browse(VIEWS[kind]()).get(f"/lines{file}")
    assert (answer.status_code, "None" in answer.text) == (200, False)


def test_it_is_well_formed(browse: Browse) -> None:
    """Elements close in order, nothing is inline, every file answers."""
    client = browse(fake_sales.sold())
    assert Outline(client.get("/lines").text).problems == []
    assert [file for file in FILES if client.get(f"/lines{file}").status_code != 200] == []


def test_its_key_figures(browse: Browse) -> None:
    """The settings of the model are said; two clusters differ by number, whatever their names."""
    page = browse(fake_sales.sold()).get("/lines").text
    for text in (
        "<dt>lines in clusters</dt><dd>2,000</dd><dd>as of batch 1</dd>",
        "<dt>clusters, k</dt><dd>2</dd><dd>features: log</dd>",
        "<dt>updates of the model</dt><dd>7</dd><dd>last in batch 9</dd>",
        "<dt>inertia, last batch</dt><dd>0.46</dd><dd>batch 9</dd>",
        "<dt>most turnover</dt><dd>£1,234</dd><dd>0 dozens at pennies</dd>",
        "StreamingKMeans with k = 2 on sign(x) · log1p |x| of quantity and price.",
        "1 returned pieces at a few pounds (about -7 at 1.44)",
    ):
        assert text in page


def test_before_the_first_model(browse: Browse) -> None:
    """Sentences say what is missing."""
    page = browse(VIEWS["empty"]()).get("/lines").text
    assert "No clusters yet: the model begins when enough different British lines have come." in page
    assert "no model yet" in page


def test_points_have_their_lines(browse: Browse) -> None:
    """A point is a pair of quantity and price, with its lines as a name and as its size."""
    chart = browse(fake_sales.sold()).get("/lines/cloud.json").json()
    assert chart["x"]["scale"] == chart["y"]["scale"] == "signed log"
    (series,) = chart["series"]
    assert series["name"] == "1 returned pieces at a few pounds"
    assert series["points"] == [[-6, 1.25, "20 lines", 20]]


def test_a_cluster_of_lines_that_has_no_profile(browse: Browse) -> None:
    """After a rebuild with fewer clusters nothing breaks while old values are there."""
    view = fake_sales.sold()
    view.content["lines_profiles"] = []
    client = browse(view)
    assert client.get("/lines").status_code == 200
    assert client.get("/lines/cloud.json").json()["series"][0]["name"] == "1"


def test_centres_over_the_batches(browse: Browse) -> None:
    """A line per cluster; the table has a column per cluster, newest batch first."""
    client = browse(fake_sales.sold())
    series = client.get("/lines/pieces.json").json()["series"]
    assert [one["points"] for one in series] == [[[8, 24.5], [9, 24.5]], [[8, -5.5], [9, -5.5]]]
    rows = list(csv.reader(io.StringIO(client.get("/lines/pounds.csv").text)))
    assert rows[0] == ["batch", "0 dozens at pennies", "1 returned pieces at a few pounds"]
    assert rows[1:] == [["9", "0.85", "0.85"], ["8", "0.85", "0.85"]]


def test_inertia_over_the_batches(browse: Browse) -> None:
    """A point per batch, on an axis that does not begin at 0."""
    chart = browse(fake_sales.sold()).get("/lines/inertia.json").json()
    assert chart["series"][0]["points"] == [[8, 0.5], [9, 0.456]]
    assert chart["x"]["from_zero"] is False


def test_the_csv_has_all_pairs(browse: Browse) -> None:
    """The page shows the commonest."""
    assert len(browse(fake_sales.sold()).get("/lines/cloud.csv").text.splitlines()) == 3


@pytest.mark.parametrize("kind", DESCRIPTIONS)
def test_descriptions_stay_text(browse: Browse, kind: str) -> None:
    """What comes from the data is escaped."""
    description, shown = DESCRIPTIONS[kind]
    page = browse(fake_sales.sold(description)).get("/lines").text
    assert f">{shown}</span>" in page
    assert "<script>alert" not in page


def test_a_wrong_parameter_is_answered_with_a_sentence(browse: Browse) -> None:
    """It has none."""
    answer = browse(fake_sales.sold()).get("/lines?k=3")
    assert (answer.status_code, "This page has no parameter “k” (its parameters: none)." in answer.text) == (400, True)
