"""The headers of a message: where it comes from, and which rejected message it carries again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_parsing import HEADERS, parsed

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

GOOD = b"1,2,3,4,5,2010-12-01 08:26:00,1,1,France"


@pytest.mark.parametrize(
    ("header", "place"), [("0:0", (0, 0)), ("3:123456789012345678", (3, 123456789012345678)), ("99999:1", (99999, 1))]
)
def test_the_header_names_a_place(spark: SparkSession, header: str, place: tuple[int, int]) -> None:
    """Partition and offset are taken from the fourth header, of lines and of rejected messages."""
    for row in parsed(spark, GOOD, b"", headers={**HEADERS, "resent": header}):
        assert (row.resent_partition, row.resent_offset) == place


@pytest.mark.parametrize(
    "header",
    ["", "x", "1", "1:", ":1", "1:2:3", "-1:2", "1:-2", "1 :2", "1:2\n", "999999:1", "1:1234567890123456789", b"\xff"],
)
def test_a_header_that_names_no_place_is_set_aside(spark: SparkSession, header: str | bytes) -> None:
    """A message with a malformed header is rejected and takes no place."""
    (row,) = parsed(spark, GOOD, headers={**HEADERS, "resent": header})
    assert (row.route, row.reason) == ("rejected", "header resent is not partition:offset")
    assert (row.resent_partition, row.resent_offset) == (None, None)


def test_other_headers_name_no_place(spark: SparkSession) -> None:
    """A fourth header of another name, as tracing tools add, is left alone."""
    (row,) = parsed(spark, GOOD, headers={**HEADERS, "traceparent": "0:1"})
    assert (row.reason, row.resent_partition) == (None, None)


@pytest.mark.parametrize("source", ["a" * 63, "a" * 65, "g" * 64, "ab" * 16, "\u0661" * 64])
def test_a_source_has_64_hexadecimal_digits(spark: SparkSession, source: str) -> None:
    """A source that is no SHA-256, be it one digit short, rejects the message."""
    (row,) = parsed(spark, GOOD, headers={**HEADERS, "source": source})
    assert (row.route, row.reason) == ("rejected", "header source is not a SHA-256")
