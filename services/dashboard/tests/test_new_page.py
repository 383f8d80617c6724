"""A page takes a module, a template and its SQL, and no change elsewhere."""

from pathlib import Path

import fake_view
import pytest
from conftest import Browse
from jinja2 import ChoiceLoader, DictLoader, PackageLoader

from dashboard import pages, rendering

MODULE = """
from dataclasses import dataclass
from dashboard.charts import Axis, Chart, Series
from dashboard.page import ChartOf, Link, Page, Parameters
from dashboard.statements import Statement
from dashboard.tables import Column, Table

BY_PERIOD = Statement("sales_by_period", "SELECT 1")

class Choice(Parameters):
    by: str = "day"

@dataclass(frozen=True)
class Sales:
    by: str
    rows: tuple

def read(reading, parameters):
    return Sales(parameters.by, tuple(row["pounds"] for row in reading.rows(BY_PERIOD)))

def tables(shown):
    return [Table("days", "Sales by " + shown.by, [Column("pounds", "pounds")], [(row,) for row in shown.rows])]

def draw(reading, parameters):
    points = [(day, row["pounds"]) for day, row in enumerate(reading.rows(BY_PERIOD))]
    return Chart("bars", Axis(), Axis(unit="pounds"), [Series(parameters.by, 0, points)])

PAGE = Page(
    "/groups/sold-out", lambda _: "Sales", read, Choice, tables,
    [ChartOf("days", "Days", "Pounds.", draw)], Link("Sales", 2),
)
"""
TEMPLATE = """{% extends "layout.html" %}{% import "parts.html" as parts with context %}
{% block main %}{{ parts.chart(charts.days, tables.days) }}{% endblock %}"""


@pytest.fixture
def new_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with one more page, and its template."""
    (tmp_path / "sold.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.setattr(pages, "__path__", [*pages.__path__, str(tmp_path)])
    loader = ChoiceLoader([PackageLoader("dashboard"), DictLoader({"sold.html": TEMPLATE})])
    monkeypatch.setattr(rendering, "PackageLoader", lambda _: loader)


@pytest.mark.usefixtures("new_page")
def test_a_new_page_is_there(browse: Browse) -> None:
    """It has its link, its chart and its table, with the filters of its address, and is not taken for a group."""
    view = fake_view.grouped()
    view.content["sales_by_period"] = [{"pounds": 12}]
    client = browse(view)
    assert '<a href="/groups/sold-out">Sales</a>' in client.get("/").text
    page = client.get("/groups/sold-out?by=week").text
    assert 'data-source="/groups/sold-out/days.json?by=week"' in page
    assert client.get("/groups/sold-out/days.json?by=week").json()["series"][0]["points"] == [[0, 12]]
    assert client.get("/groups/sold-out/days.csv?by=week").text == "pounds\r\n12\r\n"
