"""Markup in the data stays text."""

from collections.abc import Callable
from decimal import Decimal

from harness.browser import Tab
from harness.pages import addresses
from harness.sample import Line, first
from harness.stack import Stack, wait_until
from harness.streaming import further, stream, written

MARKUP = "<script>document.title = 'run'</script><img src=x onerror=\"document.title = 'run'\">"
BUYERS = 50
HAS_MARKUP = "SELECT COUNT(*) FROM Segment_Favourites WHERE Description LIKE '<script>%'"


def sold_to_one_group(stack: Stack) -> list[Line]:
    """Return sales of a product with that description, to customers of the first group alone."""
    like = first(1)[0]
    members = stack.sql(
        "SELECT CustomerID FROM Segment_Members WHERE segment = (SELECT MIN(segment) FROM Customer_Segments)"
        " ORDER BY CustomerID LIMIT %s", BUYERS,
    )  # fmt: skip
    return [
        like._replace(
            InvoiceNo=f"9{number:05}", StockCode=f"MARKUP{number % 5}", Description=MARKUP, Quantity=1,
            UnitPrice=Decimal("1.5"), CustomerID=customer, Country="United Kingdom",
        )
        for number, customer in enumerate([customer for (customer,) in members] * 5)
    ]  # fmt: skip


def test_a_script_as_a_description_stays_text(view: Stack, opened: Callable[..., Tab]) -> None:
    """A product whose description is a script is shown with its letters, and no page runs it."""
    if not view.sql(HAS_MARKUP)[0][0]:
        workbook = written("markup", sold_to_one_group(view))
        stream(further(view, workbook.lines), workbook)

    def favourite() -> None:
        assert view.sql(HAS_MARKUP)[0][0], "no group has the product among its favourites"

    wait_until(favourite, 60)
    tab = opened("/")
    shown = 0
    for address in addresses(view):
        page = tab.open(address)
        shown += page.get_by_text("<script>", exact=False).count()
        assert page.locator("main script, main img").count() == 0
        assert page.title() != "run"
    assert shown, "no page shows the product"
