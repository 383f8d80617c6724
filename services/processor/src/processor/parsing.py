r"""From messages to lines: typed, or set aside with a reason a person understands.

Every field is read as text and checked by a strict pattern and a range before it is cast: `try_cast` alone would
round `1.23456`, take `1E-5` for 0, Arabic digits for digits and `2011` for a date. Patterns end in `\z`, since `$`
lets a last newline pass.
"""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F  # noqa: N812 - the field's habit

CONTRACT_VERSION = "1"
FIELDS = (
    "row", "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
)  # fmt: skip
REQUIRED = ("row", "InvoiceNo", "StockCode", "Quantity", "InvoiceDate", "UnitPrice", "Country")
MAX_LENGTHS = {"InvoiceNo": 32, "StockCode": 32, "Description": 1000, "CustomerID": 32, "Country": 64}
MAX_BYTES = 65_536
SOURCE_DIGITS = 64  # of a SHA-256
BYTE_ORDER_MARK = "\ufeff"
QUOTED_LENGTH = 60  # characters of a wrong value that a reason repeats
BRITISH = "United Kingdom"
NO_CUSTOMER = "is not a customer's number (blanks around it, a decimal number or scientific notation)"

WHOLE = r"\A-?[0-9]+\z"
WHOLE_FROM_1 = r"\A[1-9][0-9]{0,17}\z"
DECIMAL = r"\A-?[0-9]+(\.[0-9]+)?\z"
THREE_DECIMALS = r"\A-?[0-9]+(\.[0-9]{1,3}0*)?\z"
# A field, in quotes or bare, from where the last match ended, and the comma that ends it. Java repeats possessive
# groups in a loop; it recurses on others, and a long text ends the JVM.
FIELD_AND_COMMA = r'\G("(?:[^"]++|"")*+"|[^",]*+),'
BLANK = r" \t\n\r\u00a0\u2007\u202f"  # the characters, for use in brackets
# Digits alone, as nearly all are; or anything that is no number in another notation and neither begins nor ends blank.
CUSTOMER = (
    r"\A(?:[0-9]++|(?![0-9]++(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?\z)"
    rf"[^{BLANK}](?:[\s\S]*[^{BLANK}])?)\z"
)
BRITISH_SOMEHOW = rf"\A[{BLANK}]*+(?i:united)[{BLANK}]++(?i:kingdom)[{BLANK}]*+\z"
DATE_TIME = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\z"
PLACE = r"\A[0-9]{1,5}:[0-9]{1,18}\z"


def parse(messages: DataFrame) -> DataFrame:
    """Turn messages of the Kafka source (with headers) into lines.

    Each message gives one line. Its columns: `kafka_partition`, `kafka_offset`, `sent_at` (ms since 1970), `crc32` (of
    the message), `source` (32 bytes), `run`, `source_row`, `resent_partition` and `resent_offset` (of the message
    that it carries again, if it does), `route` ('British', 'other' or 'rejected'), `reason` and `message` (of the
    rejected alone) and the typed columns of the data, which are NULL where `route` is 'rejected'.
    """
    return (
        messages.transform(open_envelope)
        .transform(check_structure)
        .transform(check_resent)
        .transform(split_fields)
        .transform(explain)
        .transform(name_country)
        .transform(type_fields)
    )


def open_envelope(messages: DataFrame) -> DataFrame:
    """Take the headers apart. Their order is part of the contract, so none has to be looked up by name."""
    return messages.select(
        F.col("partition").alias("kafka_partition"),
        F.col("offset").alias("kafka_offset"),
        F.unix_millis("timestamp").alias("sent_at"),
        F.col("value").alias("message"),
        F.col("value").cast("string").alias("text"),
        _header(0, "contract").alias("contract"),
        # Of 63 digits unhex would make 32 bytes as well.
        F.unhex(F.when(F.length(_header(1, "source")) == SOURCE_DIGITS, _header(1, "source"))).alias("source"),
        _header(2, "run").alias("run"),
        # Few messages have it: those that carry one again that was rejected.
        F.when(_key(3) == "resent", F.coalesce(_header(3, "resent"), F.lit(""))).alias("resent"),
    )


def check_structure(envelopes: DataFrame) -> DataFrame:
    """Add `fault`: why the message is not one csv record, or NULL."""
    text, contract = F.col("text"), F.col("contract")
    # With each quoted stretch shrunk to one quote, what is left shows the record's structure. The patterns are
    # character classes alone: Java's regular expressions recurse on repeated groups, and a long text ends the JVM.
    skeleton = F.regexp_replace(text, '"[^"]*"', '"')
    quotes = F.length(F.regexp_replace(text, '[^"]', ""))
    has_structure = text.contains('"') | text.contains("\r") | text.contains("\n")  # most lines have none of them
    return envelopes.withColumn(
        "fault",
        F.when(F.col("message").isNull() | (F.length("message") == 0), "the message is empty")
        .when(F.length("message") > MAX_BYTES, f"the message is longer than {MAX_BYTES} bytes")
        .when(~F.is_valid_utf8(text), "not valid UTF-8")
        .when(contract.isNull(), "contract version is missing")
        .when(~F.is_valid_utf8(contract), "contract version is not valid UTF-8")
        .when(
            contract != CONTRACT_VERSION,
            F.concat(
                F.lit("contract version "), _quoted(contract), F.lit(f" is not known (known: {CONTRACT_VERSION})")
            ),
        )
        .when(F.coalesce(F.length("source"), F.lit(0)) != 32, "header source is not a SHA-256")  # noqa: PLR2004
        .when(
            ~F.coalesce(F.col("run").rlike(r"\A[1-9][0-9]{0,8}\z"), F.lit(False)),
            "header run is not a whole number from 1",
        )
        .when(text.startswith(BYTE_ORDER_MARK), "not a csv record: a byte order mark before it")
        .when(has_structure & (quotes % 2 == 1), "not a csv record: a quote that is not closed")
        .when(has_structure & skeleton.rlike("[\r\n]"), "not one csv record: a line break outside quotes")
        .when(has_structure & skeleton.rlike('[^,"]"|"[^,"]'), "not a csv record: a quote inside an unquoted field"),
    )


def check_resent(envelopes: DataFrame) -> DataFrame:
    """Add to `fault`: the header `resent`, where there is one, does not name a place in the topic."""
    is_wrong = F.col("resent").isNotNull() & ~F.col("resent").rlike(PLACE)
    return envelopes.withColumn("fault", F.coalesce("fault", F.when(is_wrong, "header resent is not partition:offset")))


def split_fields(envelopes: DataFrame) -> DataFrame:
    r"""Add the fields as texts; a missing one is NULL. A record with another number of fields gets its fault.

    Spark's csv reader is not used: it takes U+FFFF for the end of a file, drops some NUL characters beside quotes, and
    after either it also misreads the next record. What quotes need stays out of the code for each field: Java compiles
    a method that is much longer badly, and all lines would take twice the time.
    """
    text = F.when(F.col("fault").isNull(), F.col("text"))
    has_quotes = text.contains('"')
    parts = F.when(has_quotes, F.split(_unquoted(text), r"\\s", -1)).otherwise(F.split(text, ",", -1))

    def field(place: int) -> Column:
        part = F.get("parts", F.lit(place))
        whole = F.when(F.col("has_quotes"), F.replace(part, F.lit("\\b"), F.lit("\\"))).otherwise(part)
        return F.nullif(whole, F.lit(""))

    fields = F.struct(*(field(place).alias(name) for place, name in enumerate(FIELDS)))
    wrong_count = F.concat(F.col("count").cast("string"), F.lit(f" fields where {len(FIELDS)} are expected"))
    return (
        envelopes.withColumns({"parts": parts, "has_quotes": has_quotes})
        .withColumns({"fields": fields, "count": F.size("parts")})
        .withColumn("fault", F.coalesce("fault", F.when(F.col("count") != len(FIELDS), wrong_count)))
    )


def explain(records: DataFrame) -> DataFrame:
    """Add `reason`: the first thing wrong with the message or a field of it, or NULL."""
    checks = [
        *(F.when(_field(name).isNull(), f"{name} is missing") for name in REQUIRED),
        _unless("row", _field("row").rlike(WHOLE_FROM_1), "is not a whole number from 1"),
        *_explain_quantity(),
        *_explain_date(),
        *_explain_price(),
        *(
            F.when(F.length(_field(name)) > limit, f"{name} is longer than {limit} characters")
            for name, limit in MAX_LENGTHS.items()
        ),
        _unless("CustomerID", _field("CustomerID").rlike(CUSTOMER), NO_CUSTOMER),  # of 32 characters at most
    ]
    return records.withColumn("reason", F.coalesce("fault", *checks))


def name_country(records: DataFrame) -> DataFrame:
    """Add `country`: Country as it came, or BRITISH where blanks or letter case alone tell it from that."""
    value = _field("Country")
    is_british = (value == BRITISH) | value.rlike(BRITISH_SOMEHOW)  # the pattern sees other countries alone
    return records.withColumn("country", F.when(is_british, BRITISH).otherwise(value))


def type_fields(records: DataFrame) -> DataFrame:
    """Cast what `explain` found right and state the schema of a line."""
    is_right = F.col("reason").isNull()

    def typed(name: str, data_type: str) -> Column:
        return F.when(is_right, _field(name).try_cast(data_type))

    return records.select(
        "kafka_partition",
        "kafka_offset",
        "sent_at",
        F.crc32("message").alias("crc32"),
        F.when(is_right, F.col("source")).alias("source"),
        F.when(is_right, F.col("run").try_cast("int")).alias("run"),
        typed("row", "bigint").alias("source_row"),
        *_resent_place(),
        F.when(~is_right, "rejected").when(F.col("country") == BRITISH, "British").otherwise("other").alias("route"),
        "reason",
        F.when(~is_right, F.col("message")).alias("message"),
        typed("InvoiceNo", "string").alias("InvoiceNo"),
        typed("StockCode", "string").alias("StockCode"),
        typed("Description", "string").alias("Description"),
        typed("Quantity", "int").alias("Quantity"),
        typed("InvoiceDate", "timestamp_ntz").alias("InvoiceDate"),
        typed("UnitPrice", "decimal(10,3)").alias("UnitPrice"),
        typed("CustomerID", "string").alias("CustomerID"),
        F.when(is_right, F.col("country")).alias("Country"),
    )


def _resent_place() -> list[Column]:
    place = F.when(F.col("resent").rlike(PLACE), F.col("resent"))
    return [
        F.substring_index(place, ":", 1).cast("int").alias("resent_partition"),
        F.substring_index(place, ":", -1).cast("bigint").alias("resent_offset"),
    ]


def _explain_quantity() -> list[Column]:
    value = _field("Quantity")
    return [
        _unless("Quantity", value.rlike(WHOLE), "is not a whole number"),
        _unless("Quantity", value.try_cast("int").isNotNull(), "is outside -2147483648 to 2147483647"),
    ]


def _explain_date() -> list[Column]:
    value = _field("InvoiceDate")
    is_date = value.rlike(DATE_TIME) & value.try_cast("timestamp_ntz").isNotNull()
    return [
        _unless("InvoiceDate", is_date, "is not a date and time of the form YYYY-MM-DD HH:MM:SS"),
        _unless("InvoiceDate", value >= "1000", "is before the year 1000"),
    ]


def _explain_price() -> list[Column]:
    value = _field("UnitPrice")
    return [
        _unless("UnitPrice", value.rlike(DECIMAL), "is not a decimal number"),
        _unless("UnitPrice", value.rlike(THREE_DECIMALS), "has more than three decimals"),
        _unless("UnitPrice", value.try_cast("decimal(10,3)").isNotNull(), "is outside -9999999.999 to 9999999.999"),
    ]


def _unless(name: str, is_right: Column, sentence: str) -> Column:
    return F.when(~is_right, F.concat(F.lit(f"{name} "), _quoted(_field(name)), F.lit(f" {sentence}")))


def _quoted(value: Column) -> Column:
    return F.concat(F.lit("'"), F.substring(value, 1, QUOTED_LENGTH), F.lit("'"))


def _header(position: int, key: str) -> Column:
    return F.when(_key(position) == key, F.get("headers", F.lit(position))["value"].cast("string"))


def _key(position: int) -> Column:
    return F.get("headers", F.lit(position))["key"]


def _field(name: str) -> Column:
    return F.col(f"fields.{name}")


def _unquoted(record: Column) -> Column:
    r"""Return a record whose structure is right without its quotes: `\s` between fields, `\b` for a backslash."""
    marked = F.regexp_replace(F.replace(record, F.lit("\\"), F.lit("\\b")), FIELD_AND_COMMA, r"$1\\s")
    opened = F.regexp_replace(marked, r'(\A|\\s)"', "$1")
    closed = F.regexp_replace(opened, r'"(\z|\\s)', "$1")
    return F.replace(closed, F.lit('""'), F.lit('"'))
