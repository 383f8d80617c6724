-- Summaries of the sales, so that no page and no view has to read all lines: by hour and country, by product, by
-- quantity and price; and the places of each invoice in the topic.
-- Written by: processor, in the transaction of the lines' micro-batch. Read by: dashboard, analysts (through views).

CREATE TABLE IF NOT EXISTS Hourly_Sales (
    day             DATE             NOT NULL COMMENT 'Day of the sales, local time',
    hour            TINYINT UNSIGNED NOT NULL COMMENT 'Hour of the day, 0 to 23',
    Country         VARCHAR(64)      NOT NULL COMMENT 'Country of the customer',
    sales_lines     INT UNSIGNED     NOT NULL COMMENT 'Number of lines, returns included',
    pieces          BIGINT           NOT NULL COMMENT 'Sum of Quantity, returns taken off',
    turnover        DECIMAL(30, 3)   NOT NULL COMMENT 'Sum of Quantity x UnitPrice, returns taken off, pounds',
    returned_lines  INT UNSIGNED     NOT NULL COMMENT 'Of the lines, those with a negative Quantity',
    returned_pieces BIGINT UNSIGNED  NOT NULL COMMENT 'Number of pieces that came back',
    returned        DECIMAL(30, 3)   NOT NULL COMMENT 'Their Quantity x UnitPrice, pounds; positive',
    PRIMARY KEY (day, hour, Country)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Sales by hour and country';

CREATE TABLE IF NOT EXISTS Product_Sales (
    StockCode       VARCHAR(32)      NOT NULL COMMENT 'Product code, case-sensitive',
    british         TINYINT UNSIGNED NOT NULL COMMENT '1 for the lines of the United Kingdom, 0 for those of other countries',
    sales_lines     INT UNSIGNED     NOT NULL COMMENT 'Number of lines, returns included',
    pieces          BIGINT           NOT NULL COMMENT 'Sum of Quantity, returns taken off',
    turnover        DECIMAL(30, 3)   NOT NULL COMMENT 'Sum of Quantity x UnitPrice, returns taken off, pounds',
    returned_lines  INT UNSIGNED     NOT NULL COMMENT 'Of the lines, those with a negative Quantity',
    returned_pieces BIGINT UNSIGNED  NOT NULL COMMENT 'Number of pieces that came back',
    returned        DECIMAL(30, 3)   NOT NULL COMMENT 'Their Quantity x UnitPrice, pounds; positive',
    described_at    DATETIME             NULL COMMENT 'Newest sale with a description, returns and gifts left out',
    Description     VARCHAR(1000)        NULL COMMENT 'Its description; of several at that time the last by text',
    PRIMARY KEY (StockCode, british)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Sales by product';

CREATE TABLE IF NOT EXISTS Cluster_Values (
    cluster       TINYINT UNSIGNED NOT NULL COMMENT 'Cluster of the lines, as in prediction',
    Quantity      INT              NOT NULL COMMENT 'Number of pieces; negative for returns',
    UnitPrice     DECIMAL(10, 3)   NOT NULL COMMENT 'Price per piece, pounds sterling',
    sales_lines   INT UNSIGNED     NOT NULL COMMENT 'Number of British lines with these values',
    cancellations INT UNSIGNED     NOT NULL COMMENT 'Of the lines, those of cancellations',
    PRIMARY KEY (cluster, Quantity, UnitPrice)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Internal: British lines by cluster, quantity and price; Cluster_Profiles computes medians from it';

-- Where an invoice's lines are: they are read by ranges of the primary key. Cancellations too, which frequency leaves
-- out. An invoice that senders other than the producer spread over partitions has a row for each.
ALTER TABLE Customer_Invoices
    DROP CONSTRAINT IF EXISTS no_cancellation,
    ADD COLUMN IF NOT EXISTS kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition of its lines',
    ADD COLUMN IF NOT EXISTS is_cancellation TINYINT UNSIGNED  NOT NULL COMMENT '1 for a cancellation, else 0',
    ADD COLUMN IF NOT EXISTS sales_lines     INT UNSIGNED      NOT NULL COMMENT 'Number of its lines',
    ADD COLUMN IF NOT EXISTS turnover        DECIMAL(30, 3)    NOT NULL COMMENT 'Sum of Quantity x UnitPrice, pounds',
    ADD COLUMN IF NOT EXISTS first_sale      DATETIME          NOT NULL COMMENT 'Time of its oldest line',
    ADD COLUMN IF NOT EXISTS last_sale       DATETIME          NOT NULL COMMENT 'Time of its newest line',
    ADD COLUMN IF NOT EXISTS first_offset    BIGINT UNSIGNED   NOT NULL COMMENT 'Kafka offset of its first line',
    ADD COLUMN IF NOT EXISTS last_offset     BIGINT UNSIGNED   NOT NULL COMMENT 'Kafka offset of its last line; lines of other invoices may be between',
    MODIFY COLUMN InvoiceNo VARCHAR(32) NOT NULL COMMENT 'Invoice of the customer; one that is no cancellation counts once in frequency',
    DROP PRIMARY KEY,
    ADD PRIMARY KEY (CustomerID, InvoiceNo, kafka_partition),
    COMMENT = 'Internal: invoices of each British customer, and where their lines are';

ALTER TABLE Stream_Progress
    ADD COLUMN IF NOT EXISTS british  BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'Lines so far in British_Online_Retail',
    ADD COLUMN IF NOT EXISTS other    BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'Lines so far in Other_Online_Retail',
    ADD COLUMN IF NOT EXISTS rejected BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'Messages so far in Rejected_Online_Retail',
    ADD COLUMN IF NOT EXISTS repeated BIGINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'Of the rejected: repetitions of lines already received';

-- Without a default: a processor that writes no summaries cannot commit any more, from before they are filled.
ALTER TABLE Batch_Log
    ADD COLUMN IF NOT EXISTS turnover DECIMAL(30, 3) NOT NULL
        COMMENT 'Quantity x UnitPrice of its lines, pounds; 0 in rows older than this column' AFTER repeated;

-- What is in the view already, between two micro-batches and two groupings. An interruption leaves the tables as they
-- were, and the migration runs again. Reads lock no lines; nobody else writes any meanwhile.
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
START TRANSACTION;
SELECT id FROM Grouping_State WHERE id = 1 FOR UPDATE;
SELECT id FROM Stream_State WHERE id = 1 FOR UPDATE;
DELETE FROM Hourly_Sales;
DELETE FROM Product_Sales;
DELETE FROM Cluster_Values;
DELETE FROM Customer_Invoices;

INSERT INTO Hourly_Sales
SELECT
    DATE(InvoiceDate), HOUR(InvoiceDate), Country, COUNT(*), SUM(Quantity), SUM(Quantity * UnitPrice),
    SUM(Quantity < 0), SUM(IF(Quantity < 0, -Quantity, 0)), SUM(IF(Quantity < 0, -Quantity * UnitPrice, 0))
FROM (
    SELECT InvoiceDate, Country, Quantity, UnitPrice FROM British_Online_Retail
    UNION ALL
    SELECT InvoiceDate, Country, Quantity, UnitPrice FROM Other_Online_Retail
) AS sales
GROUP BY DATE(InvoiceDate), HOUR(InvoiceDate), Country;

-- The greatest of time and description together is the newest description, the last by text of several.
INSERT INTO Product_Sales
SELECT
    StockCode, british, COUNT(*), SUM(Quantity), SUM(Quantity * UnitPrice),
    SUM(Quantity < 0), SUM(IF(Quantity < 0, -Quantity, 0)), SUM(IF(Quantity < 0, -Quantity * UnitPrice, 0)),
    LEFT(MAX(described), 19), SUBSTRING(MAX(described), 20)
FROM (
    SELECT
        StockCode, 1 AS british, Quantity, UnitPrice,
        IF(Quantity > 0 AND UnitPrice > 0, CONCAT(InvoiceDate, Description), NULL) AS described
    FROM British_Online_Retail
    UNION ALL
    SELECT
        StockCode, 0, Quantity, UnitPrice, IF(Quantity > 0 AND UnitPrice > 0, CONCAT(InvoiceDate, Description), NULL)
    FROM Other_Online_Retail
) AS sales
GROUP BY StockCode, british;

INSERT INTO Cluster_Values
SELECT prediction, Quantity, UnitPrice, COUNT(*), SUM(LEFT(InvoiceNo, 1) IN ('C', 'c'))
FROM British_Online_Retail
GROUP BY prediction, Quantity, UnitPrice;

INSERT INTO Customer_Invoices (
    CustomerID, InvoiceNo, kafka_partition, is_cancellation, sales_lines, turnover, first_sale, last_sale, first_offset,
    last_offset
)
SELECT
    CustomerID, InvoiceNo, kafka_partition, LEFT(InvoiceNo, 1) IN ('C', 'c'), COUNT(*), SUM(Quantity * UnitPrice),
    MIN(InvoiceDate), MAX(InvoiceDate), MIN(kafka_offset), MAX(kafka_offset)
FROM British_Online_Retail
WHERE CustomerID IS NOT NULL
GROUP BY CustomerID, InvoiceNo, kafka_partition;

UPDATE Stream_Progress
SET
    british = (SELECT COUNT(*) FROM British_Online_Retail AS line WHERE line.kafka_partition = Stream_Progress.kafka_partition),
    other = (SELECT COUNT(*) FROM Other_Online_Retail AS line WHERE line.kafka_partition = Stream_Progress.kafka_partition),
    rejected = (SELECT COUNT(*) FROM Rejected_Online_Retail AS line WHERE line.kafka_partition = Stream_Progress.kafka_partition),
    repeated = (
        SELECT COUNT(*) FROM Rejected_Online_Retail AS line
        WHERE line.kafka_partition = Stream_Progress.kafka_partition AND reason LIKE 'already received%'
    );
COMMIT;

-- What each group of customers buys more than the others, and the commonest products of each cluster: written after a
-- grouping, by the processor, since only a scan of all lines finds them.
CREATE TABLE IF NOT EXISTS Segment_Products (
    segment        TINYINT UNSIGNED NOT NULL COMMENT 'Group of customers',
    place          TINYINT UNSIGNED NOT NULL COMMENT 'Place, 1 for the product that distinguishes the group most',
    version        BIGINT UNSIGNED  NOT NULL COMMENT 'Grouping whose members were counted',
    batch          BIGINT UNSIGNED  NOT NULL COMMENT 'Last micro-batch included',
    StockCode      VARCHAR(32)      NOT NULL COMMENT 'Product code',
    customers      INT UNSIGNED     NOT NULL COMMENT 'Customers of the group who bought it',
    sales_lines    INT UNSIGNED     NOT NULL COMMENT 'Lines of the group with it; as all figures here without returns and gifts',
    pieces         BIGINT           NOT NULL COMMENT 'Sum of Quantity in the group',
    turnover       DECIMAL(30, 3)   NOT NULL COMMENT 'Sum of Quantity x UnitPrice in the group, pounds',
    share          DOUBLE           NOT NULL COMMENT 'Share of the product in the lines of the group',
    share_of_all   DOUBLE           NOT NULL COMMENT 'Share of the product in the lines of all groups',
    PRIMARY KEY (segment, place)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Internal: products of each group by the newest version, rows of older versions are left over; Segment_Favourites shows them';

CREATE TABLE IF NOT EXISTS Cluster_Products (
    cluster     TINYINT UNSIGNED NOT NULL COMMENT 'Cluster of British lines, as in prediction',
    place       TINYINT UNSIGNED NOT NULL COMMENT 'Place, 1 for the product with most lines',
    batch       BIGINT UNSIGNED  NOT NULL COMMENT 'Last micro-batch included',
    StockCode   VARCHAR(32)      NOT NULL COMMENT 'Product code',
    sales_lines INT UNSIGNED     NOT NULL COMMENT 'Lines of the cluster with it',
    PRIMARY KEY (cluster, place)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Internal: commonest products of each cluster; Cluster_Profiles shows their names';

GRANT SELECT, INSERT, UPDATE ON Hourly_Sales      TO 'processor'@'%';
GRANT SELECT, INSERT, UPDATE ON Product_Sales     TO 'processor'@'%';
GRANT SELECT, INSERT, UPDATE ON Cluster_Values    TO 'processor'@'%';
GRANT SELECT, INSERT, UPDATE ON Customer_Invoices TO 'processor'@'%';
GRANT SELECT, INSERT, UPDATE ON Segment_Products  TO 'processor'@'%';
GRANT SELECT, INSERT, UPDATE ON Cluster_Products  TO 'processor'@'%';
