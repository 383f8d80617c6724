-- Flink's Kafka source and JDBC sink, statements separated by blank lines; flink_jdbc.py substitutes the names.

CREATE TABLE messages (
    resent STRING, contract STRING, source STRING, run INT, source_row BIGINT,
    InvoiceNo STRING, StockCode STRING, Description STRING, Quantity INT, InvoiceDate TIMESTAMP(0),
    UnitPrice DECIMAL(10, 3), CustomerID STRING, Country STRING,
    kafka_partition INT METADATA FROM 'partition' VIRTUAL, kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL
) WITH (
    'connector' = 'kafka', 'topic' = '$topic', 'properties.bootstrap.servers' = '$kafka', 'properties.group.id' = 'peer',
    'properties.max.poll.records' = '20000', 'properties.fetch.max.bytes' = '67108864', 'properties.max.partition.fetch.bytes' = '16777216',
    'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset', 'format' = 'csv', 'csv.null-literal' = ''
);

CREATE TABLE british (
    InvoiceNo STRING, StockCode STRING, Description STRING, Quantity INT, InvoiceDate TIMESTAMP(0), UnitPrice DECIMAL(10, 3), CustomerID STRING, Country STRING,
    source_row BIGINT, kafka_partition INT, kafka_offset BIGINT, prediction INT
) WITH (
    'connector' = 'jdbc', 'url' = '$jdbc', 'username' = 'root', 'password' = '$password', 'table-name' = 'British_Online_Retail',
    'sink.buffer-flush.max-rows' = '$batch'
);

CREATE TABLE other (
    InvoiceNo STRING, StockCode STRING, Description STRING, Quantity INT, InvoiceDate TIMESTAMP(0), UnitPrice DECIMAL(10, 3), CustomerID STRING, Country STRING,
    source_row BIGINT, kafka_partition INT, kafka_offset BIGINT
) WITH (
    'connector' = 'jdbc', 'url' = '$jdbc', 'username' = 'root', 'password' = '$password', 'table-name' = 'Other_Online_Retail',
    'sink.buffer-flush.max-rows' = '$batch'
);

EXECUTE STATEMENT SET BEGIN
INSERT INTO british SELECT $columns, 0 FROM messages WHERE Country = '$united_kingdom';
INSERT INTO other SELECT $columns FROM messages WHERE Country <> '$united_kingdom';
END;
