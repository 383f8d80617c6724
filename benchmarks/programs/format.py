"""Parse the same records with Spark, timed: as csv, which the messages are, or as JSON.

    python format.py csv|json RECORDS

Prints records/s into `noop`; the texts are made and cached before.
"""

import sys
import time

from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the field's habit

from processor import session
from processor.stream.parsing import FIELDS

SCHEMA = ", ".join(f"`{name}` STRING" for name in FIELDS)
LINE = ("536365", "85123A", "WHITE LAMP, WITH A SHADE", "6", "2010-12-01 08:26:00", "2.55", "17850", "United Kingdom")


def main() -> None:
    """Parse twice, the first time to warm up, and print."""
    form, count = sys.argv[1], int(sys.argv[2])
    spark = session.start()
    constants = [F.lit(value).alias(name) for name, value in zip(FIELDS[1:], LINE, strict=True)]
    row = F.struct(F.col("id").cast("string").alias("row"), *constants)
    write, read = {"csv": (F.to_csv, F.from_csv), "json": (F.to_json, F.from_json)}[form]
    texts = spark.range(0, count, 1, 4).select(write(row).alias("text")).cache()
    texts.count()
    records = texts.select(read(F.col("text"), SCHEMA, {"escape": '"'} if form == "csv" else {}).alias("record"))
    parse(records)
    print(round(count / parse(records)))


def parse(records: DataFrame) -> float:
    """Return the seconds of one pass."""
    begin = time.monotonic()
    records.select("record.*").write.format("noop").mode("overwrite").save()
    return time.monotonic() - begin


if __name__ == "__main__":
    main()
