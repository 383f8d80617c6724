-- The sales lines, one table per way a line can go.
-- Written by: processor, in the transaction of the line's micro-batch. Read by: analysts.
-- The data has no natural key (exact duplicates are real lines), so a line's key is its place in the topic.
-- nopad_bin: `85123A`, `85123a` and `85123A ` are three texts.

CREATE TABLE IF NOT EXISTS British_Online_Retail (
    InvoiceNo       VARCHAR(32)       NOT NULL COMMENT 'Number of the invoice; a C before it marks a cancellation',
    StockCode       VARCHAR(32)       NOT NULL COMMENT 'Code of the product; letter case counts',
    Description     VARCHAR(1000)         NULL COMMENT 'Name of the product',
    Quantity        INT               NOT NULL COMMENT 'Pieces; negative where they came back',
    InvoiceDate     DATETIME          NOT NULL COMMENT 'Wall-clock time of the sale, without a time zone',
    UnitPrice       DECIMAL(10, 3)    NOT NULL COMMENT 'Price of a piece in pounds sterling',
    CustomerID      VARCHAR(32)           NULL COMMENT 'Number of the customer, where one is known',
    Country         VARCHAR(64)       NOT NULL COMMENT 'Always United Kingdom here',
    prediction      TINYINT UNSIGNED  NOT NULL COMMENT 'Cluster of the line, 0 to k-1, by the model as its micro-batch left it',
    source_row      BIGINT UNSIGNED   NOT NULL COMMENT 'Number of the line in its workbook, from 1',
    kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the topic that holds the line',
    kafka_offset    BIGINT UNSIGNED   NOT NULL COMMENT 'Place of the line in its partition',
    PRIMARY KEY (kafka_partition, kafka_offset)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Sales lines of the United Kingdom with the cluster of each';

CREATE TABLE IF NOT EXISTS Other_Online_Retail (
    InvoiceNo       VARCHAR(32)       NOT NULL COMMENT 'Number of the invoice; a C before it marks a cancellation',
    StockCode       VARCHAR(32)       NOT NULL COMMENT 'Code of the product; letter case counts',
    Description     VARCHAR(1000)         NULL COMMENT 'Name of the product',
    Quantity        INT               NOT NULL COMMENT 'Pieces; negative where they came back',
    InvoiceDate     DATETIME          NOT NULL COMMENT 'Wall-clock time of the sale, without a time zone',
    UnitPrice       DECIMAL(10, 3)    NOT NULL COMMENT 'Price of a piece in pounds sterling',
    CustomerID      VARCHAR(32)           NULL COMMENT 'Number of the customer, where one is known',
    Country         VARCHAR(64)       NOT NULL COMMENT 'Country of the customer; never United Kingdom here',
    source_row      BIGINT UNSIGNED   NOT NULL COMMENT 'Number of the line in its workbook, from 1',
    kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the topic that holds the line',
    kafka_offset    BIGINT UNSIGNED   NOT NULL COMMENT 'Place of the line in its partition',
    PRIMARY KEY (kafka_partition, kafka_offset)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Sales lines of all other countries';

CREATE TABLE IF NOT EXISTS Rejected_Online_Retail (
    reason          VARCHAR(500)      NOT NULL COMMENT 'Why the message is no sales line',
    message         MEDIUMBLOB            NULL COMMENT 'The message, byte for byte; NULL where it was null, or where it repeats a line already received (its bytes stand at its place in the topic)',
    kafka_timestamp DATETIME(3)       NOT NULL COMMENT 'When Kafka received the message, UTC',
    kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the topic that holds the message',
    kafka_offset    BIGINT UNSIGNED   NOT NULL COMMENT 'Place of the message in its partition',
    PRIMARY KEY (kafka_partition, kafka_offset)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Messages set aside unchanged, each with the reason';
