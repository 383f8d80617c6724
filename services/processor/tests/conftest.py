"""A Spark session for all tests of a run, and the contract that both sides read."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from processor.stream import spark as sparks


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """Spark with the settings of the image."""
    spark = sparks.start()
    yield spark
    spark.stop()


@pytest.fixture(scope="session")
def examples() -> dict[str, Any]:
    """The examples of the contract."""
    folder = Path(os.environ.get("CONTRACTS_DIR", "/contracts"))
    return json.loads((folder / "examples.json").read_text(encoding="utf-8"))
