"""The dashboard's pages, and by which SQL each figure is judged: a page that exists has to have a row here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from harness.stack import ROOT, Stack

MODULES = ROOT / "services" / "dashboard" / "src" / "dashboard" / "pages"
PATH = re.compile(r'^\s+path="([^"]+)"', re.MULTILINE)


@dataclass(frozen=True)
class Judged:
    """A page: its path in the code, key figures by their words, tables by their names, each with the SQL of its rows.

    The SQL of a table gives the page's columns from the left; columns of the page beyond those are not compared.
    `{}` in an address stands for the first value of `example`.
    """

    path: str
    address: str = ""
    example: str = ""
    figures: dict[str, str] = field(default_factory=dict)
    tables: dict[str, str] = field(default_factory=dict)
    elsewhere: str = ""  # which tests judge a page that shows nothing of the view

    def at(self, stack: Stack) -> str:
        """Return the page's address, with a name or number that the view has."""
        values = [str(row[0]) for row in stack.sql(self.example)] if self.example else []
        return (self.address or self.path).format(*(quote(value, safe="") for value in values))

    @property
    def is_judged(self) -> bool:
        """Return whether anything on it is compared, here or elsewhere."""
        return bool(self.figures or self.tables or self.elsewhere)


# From the lines themselves, of the last year: the page reads summaries.
OF_YEAR = """
    SELECT {} FROM (
        SELECT InvoiceDate, Country, Quantity, UnitPrice FROM British_Online_Retail
        UNION ALL SELECT InvoiceDate, Country, Quantity, UnitPrice FROM Other_Online_Retail
    ) AS line JOIN Stream_State AS state
    WHERE DATE(line.InvoiceDate) BETWEEN DATE(state.newest_sale) - INTERVAL 364 DAY AND DATE(state.newest_sale)
"""
MONDAY = "DATE(InvoiceDate) - INTERVAL WEEKDAY(InvoiceDate) DAY"
BEST = (
    "SELECT {} FROM {} WHERE CustomerID ="
    " (SELECT CustomerID FROM Customer_Sales ORDER BY monetary DESC, CustomerID LIMIT 1)"
)
OF_GROUP = "SELECT {} FROM Customer_Segments ORDER BY segment LIMIT 1"

PAGES: Sequence[Judged] = (
    Judged(
        "/",
        figures={
            "customers in groups": "SELECT COALESCE(SUM(customers), 0) FROM Customer_Segments",
            "their turnover": "SELECT COALESCE(SUM(turnover), 0) FROM Customer_Segments",
            # From the lines themselves: the page reads running sums.
            "lines": "SELECT (SELECT COUNT(*) FROM British_Online_Retail) + (SELECT COUNT(*) FROM Other_Online_Retail)",
            "lines/s, last batch": "SELECT lines_per_second FROM Batch_Log ORDER BY batch DESC LIMIT 1",
            "messages lost or doubled": "SELECT ABS(difference) FROM Reconciliation WHERE kafka_partition = 'all'",
        },
        tables={
            "groups": "SELECT name, customers, share, median_recency, median_frequency, median_monetary,"
            " turnover_share FROM Customer_Segments ORDER BY segment",
        },
    ),
    Judged(
        "/groups/{name}",
        "/groups/{}",
        OF_GROUP.format("name"),
        figures={
            "customers": OF_GROUP.format("customers"),
            "turnover": OF_GROUP.format("turnover"),
            "days since purchase, median": OF_GROUP.format("median_recency"),
            "invoices, median": OF_GROUP.format("median_frequency"),
            "pounds, median": OF_GROUP.format("median_monetary"),
        },
    ),
    Judged("/groups/how-many", elsewhere="services/dashboard/tests/test_how_many.py: it shows a file of make choose-k"),
    Judged(
        "/sales",
        figures={
            "turnover": OF_YEAR.format("SUM(Quantity * UnitPrice)"),
            "pieces": OF_YEAR.format("SUM(Quantity)"),
            "lines": OF_YEAR.format("COUNT(*)"),
            "returned": OF_YEAR.format("SUM(IF(Quantity < 0, -Quantity * UnitPrice, 0))"),
            "countries": OF_YEAR.format("COUNT(DISTINCT Country)"),
        },
        tables={
            "sales": OF_YEAR.format(
                f"DATE_FORMAT({MONDAY}, '%e %b %Y'), SUM(Quantity * UnitPrice), SUM(Quantity), COUNT(*)"
            )
            + f" GROUP BY {MONDAY} ORDER BY {MONDAY} DESC",
            "returns": OF_YEAR.format(
                "DATE_FORMAT(MIN(InvoiceDate), '1 %b %Y'),"
                " SUM(IF(Quantity < 0, -Quantity * UnitPrice, 0)) / SUM(IF(Quantity > 0, Quantity * UnitPrice, 0)),"
                " SUM(IF(Quantity < 0, -Quantity * UnitPrice, 0))"
            )
            + " GROUP BY EXTRACT(YEAR_MONTH FROM InvoiceDate) ORDER BY MIN(InvoiceDate) DESC",
        },
    ),
    Judged(
        "/lines",
        figures={
            "lines in clusters": "SELECT COUNT(*) FROM British_Online_Retail",
            "clusters, k": "SELECT COUNT(*) FROM Cluster_Profiles",
            "updates of the model": "SELECT generation FROM Stream_State",
            "inertia, last batch": "SELECT inertia FROM Batch_Log WHERE inertia IS NOT NULL"
            " ORDER BY batch DESC LIMIT 1",
            "most turnover": "SELECT SUM(Quantity * UnitPrice) FROM British_Online_Retail"
            " GROUP BY prediction ORDER BY 1 DESC LIMIT 1",
        },
    ),
    Judged(
        "/customers",
        "/customers?id={}",
        BEST.format("CustomerID", "Customer_Sales"),
        figures={
            "days since purchase": BEST.format("recency", "British_Customers_RFM"),
            "invoices": BEST.format("frequency", "British_Customers_RFM"),
            "pounds": BEST.format("monetary", "British_Customers_RFM"),
            "place by pounds": "SELECT 1",
            "lines": BEST.format("COUNT(*)", "British_Online_Retail"),
        },
        # From the lines themselves: the page reads summaries.
        tables={
            "invoices": BEST.format(
                "DATE_FORMAT(MAX(InvoiceDate), '%e %b %Y %H:%i'), InvoiceNo,"
                " IF(LEFT(InvoiceNo, 1) IN ('C', 'c'), 'cancellation', 'invoice'), COUNT(*),"
                " ROUND(SUM(Quantity * UnitPrice), 2)",
                "British_Online_Retail",
            )
            + " GROUP BY InvoiceNo ORDER BY MAX(InvoiceDate) DESC, InvoiceNo DESC LIMIT 200",
        },
    ),
    Judged(
        "/stream",
        figures={
            "lines/s, last batch": "SELECT lines_per_second FROM Batch_Log ORDER BY batch DESC LIMIT 1",
            "latency, median, s": "SELECT latency_p50 FROM Batch_Log ORDER BY batch DESC LIMIT 1",
            "seconds, last batch": "SELECT seconds FROM Batch_Log ORDER BY batch DESC LIMIT 1",
            "messages lost or doubled": "SELECT ABS(difference) FROM Reconciliation WHERE kafka_partition = 'all'",
        },
        tables={
            "partitions": "SELECT kafka_partition, first_offset, next_offset, british, other, rejected"
            " FROM Stream_Progress ORDER BY kafka_partition",
        },
    ),
)


def existing() -> set[str]:
    """Return the paths of the pages that the code has."""
    texts = [file.read_text(encoding="utf-8") for file in MODULES.glob("[!_]*.py")]
    return {path for text in texts for path in PATH.findall(text)}


def addresses(stack: Stack) -> list[str]:
    """Return the addresses of all pages that exist; /customers also without a number."""
    here = existing()
    found = [page.at(stack) for page in PAGES if page.path in here]
    return found + (["/customers"] if "/customers" in here else [])
