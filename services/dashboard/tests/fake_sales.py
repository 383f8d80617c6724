"""Rows of the summaries of sales and of the clusters, in the types that MariaDB has for sums."""

import datetime as dt
from decimal import Decimal

import fake_view
from fake_view import FakeView

from dashboard.edges.mariadb import Row


def sums(lines: int = 10, turnover: str = "100.000", returned: str = "0.000") -> Row:
    """Return the sums of some sales; a returned piece costs a pound."""
    return {
        "sales_lines": Decimal(lines), "pieces": Decimal(5 * lines), "turnover": Decimal(turnover),
        "returned_pieces": Decimal(returned).to_integral_value(), "returned": Decimal(returned),
    }  # fmt: skip


def day(date: str, turnover: str, *, british: int = 1, returned: str = "0.000") -> Row:
    """Return the sales of a day, the only one of its period and month."""
    one = dt.date.fromisoformat(date)
    return {"first_day": one, "last_day": one, "british": british} | sums(turnover=turnover, returned=returned)


def product(code: str, description: str | None = "PARTY BUNTING") -> Row:
    """Return the sales of a product."""
    return {"StockCode": code, "Description": description} | sums(turnover="2000", returned="500")


def profile(number: int, name: str = "dozens at pennies (about 24 at 0.85)") -> Row:
    """Return a cluster."""
    return {
        "cluster": number, "name": name, "sales_lines": Decimal(1000), "share": Decimal("0.5"), "median_quantity": 24,
        "median_price": Decimal("0.79"), "turnover": Decimal("1234.50") - 2000 * number, "cancellations": Decimal(3),
    }  # fmt: skip


def sold(description: str | None = "PARTY BUNTING", countries: int = 2) -> FakeView:
    """Return a view with sales of four days in three weeks and two months, and with two clusters."""
    values = {"cluster": 1, "Quantity": -6, "UnitPrice": Decimal("1.250"), "sales_lines": 20, "cancellations": 18}
    view = fake_view.not_grouped()
    view.content |= {
        "sales_by_period": [
            day("2011-11-28", "100.000"), day("2011-11-28", "10.000", british=0),
            day("2011-12-04", "200.000", returned="50.000"), day("2011-12-05", "300.000"),
            day("2011-12-12", "-5.000", british=0, returned="5.000"),
        ],
        "sales_by_country": [
            {"Country": f"Country {number}"} | sums(turnover=str(1000 - number)) for number in range(countries)
        ],
        "sales_by_hour": [
            {"weekday": 0, "hour": 9} | sums(turnover="100"), {"weekday": 3, "hour": 11} | sums(turnover="-2"),
            {"weekday": 6, "hour": 11} | sums(turnover="1"),
        ],
        "sales_most_sold": [product("47566", description)],
        "sales_most_returned": [product("22423", description)],
        "sales_worst": [product("D", description)],
        "sales_all_sold": [product("47566", description), product("=1+1", "@x")],
        "sales_all_returned": [product("22423", description), product("=1+1", "@x")],
        "sales_all_worst": [product("D", description), product("=1+1", "@x")],
        "lines_model": [{"generation": 7, "batch": 9, "clusters": 2, "features": "log"}],
        "lines_profiles": [profile(0), profile(1, "returned pieces at a few pounds (about -7 at 1.44)")],
        "lines_products": [
            {"cluster": 0, "place": 1, "batch": 8, "StockCode": "47566", "Description": description, "sales_lines": 99}
        ],
        "lines_centres": [
            {"batch": batch, "cluster": cluster, "quantity": 24.5 - 30 * cluster, "unit_price": 0.85, "weight": 10.0}
            for batch in (8, 9)
            for cluster in (0, 1)
        ],
        "lines_inertia": [{"batch": 8, "inertia": 0.5, "british": 10}, {"batch": 9, "inertia": 0.456, "british": 20}],
        "lines_cloud": [values],
        "lines_values": [values, values | {"sales_lines": 1}],
    }  # fmt: skip
    return view
