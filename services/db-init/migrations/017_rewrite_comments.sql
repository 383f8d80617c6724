-- Comments in plain technical English. Adminer lists those of tables: "Internal" marks what only the services use.
-- INSTANT: MariaDB refuses to copy a table, however large. Types stay: Stream_Sources.source is longer than contract 2
-- needs, since a volume may still hold the longer fingerprints of contract 1.

ALTER TABLE British_Online_Retail ALGORITHM = INSTANT,
    MODIFY COLUMN InvoiceNo       VARCHAR(32) NOT NULL       COMMENT 'Invoice number; a leading C or c marks a cancellation',
    MODIFY COLUMN StockCode       VARCHAR(32) NOT NULL       COMMENT 'Product code, case-sensitive',
    MODIFY COLUMN Description     VARCHAR(1000) NULL         COMMENT 'Product name',
    MODIFY COLUMN Quantity        INT NOT NULL               COMMENT 'Number of pieces; negative for returns',
    MODIFY COLUMN InvoiceDate     DATETIME NOT NULL          COMMENT 'Local time of the sale, without a time zone',
    MODIFY COLUMN UnitPrice       DECIMAL(10, 3) NOT NULL    COMMENT 'Price per piece, pounds sterling',
    MODIFY COLUMN CustomerID      VARCHAR(32) NULL           COMMENT 'Customer number; NULL where unknown or erased',
    MODIFY COLUMN Country         VARCHAR(64) NOT NULL       COMMENT 'Always United Kingdom',
    MODIFY COLUMN prediction      TINYINT UNSIGNED NOT NULL  COMMENT 'Cluster of the line, 0 to k-1, predicted by the model as updated with its micro-batch',
    MODIFY COLUMN source_row      BIGINT UNSIGNED NOT NULL   COMMENT 'Row number in the source file, from 1',
    MODIFY COLUMN kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition of the message',
    MODIFY COLUMN kafka_offset    BIGINT UNSIGNED NOT NULL   COMMENT 'Kafka offset of the message',
    COMMENT = 'Sales lines of the United Kingdom, each with its cluster';

ALTER TABLE Other_Online_Retail ALGORITHM = INSTANT,
    MODIFY COLUMN InvoiceNo       VARCHAR(32) NOT NULL       COMMENT 'Invoice number; a leading C or c marks a cancellation',
    MODIFY COLUMN StockCode       VARCHAR(32) NOT NULL       COMMENT 'Product code, case-sensitive',
    MODIFY COLUMN Description     VARCHAR(1000) NULL         COMMENT 'Product name',
    MODIFY COLUMN Quantity        INT NOT NULL               COMMENT 'Number of pieces; negative for returns',
    MODIFY COLUMN InvoiceDate     DATETIME NOT NULL          COMMENT 'Local time of the sale, without a time zone',
    MODIFY COLUMN UnitPrice       DECIMAL(10, 3) NOT NULL    COMMENT 'Price per piece, pounds sterling',
    MODIFY COLUMN CustomerID      VARCHAR(32) NULL           COMMENT 'Customer number; NULL where unknown or erased',
    MODIFY COLUMN Country         VARCHAR(64) NOT NULL       COMMENT 'Country of the customer, never United Kingdom',
    MODIFY COLUMN source_row      BIGINT UNSIGNED NOT NULL   COMMENT 'Row number in the source file, from 1',
    MODIFY COLUMN kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition of the message',
    MODIFY COLUMN kafka_offset    BIGINT UNSIGNED NOT NULL   COMMENT 'Kafka offset of the message',
    COMMENT = 'Sales lines of all other countries';

ALTER TABLE Rejected_Online_Retail ALGORITHM = INSTANT,
    MODIFY COLUMN reason          VARCHAR(500) NOT NULL      COMMENT 'Why the message was rejected',
    MODIFY COLUMN message         MEDIUMBLOB NULL            COMMENT 'The message, byte for byte; NULL if it was null, repeats a line already received, or was cleared by an erasure (the topic still has the bytes)',
    MODIFY COLUMN kafka_timestamp DATETIME(3) NOT NULL       COMMENT 'Time at which Kafka received the message, UTC',
    MODIFY COLUMN kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition of the message',
    MODIFY COLUMN kafka_offset    BIGINT UNSIGNED NOT NULL   COMMENT 'Kafka offset of the message',
    COMMENT = 'Rejected messages, byte for byte, each with the reason; Open_Rejects shows those that can be resent';

ALTER TABLE Resent_Messages ALGORITHM = INSTANT,
    MODIFY COLUMN kafka_partition  SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition of the rejected message',
    MODIFY COLUMN kafka_offset     BIGINT UNSIGNED NOT NULL   COMMENT 'Kafka offset of the rejected message',
    MODIFY COLUMN resent_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition of the message that resent it',
    MODIFY COLUMN resent_offset    BIGINT UNSIGNED NOT NULL   COMMENT 'Kafka offset of the message that resent it',
    COMMENT = 'Rejected messages that were resent, each at most once';

ALTER TABLE Batch_Log ALGORITHM = INSTANT,
    MODIFY COLUMN committed_at DATETIME(3) NOT NULL            COMMENT 'Commit time, UTC',
    MODIFY COLUMN customers    INT UNSIGNED NOT NULL           COMMENT 'Customers with British lines in the micro-batch; 0 in rows older than this column',
    MODIFY COLUMN repeated     INT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'Of the rejected: repetitions of lines already received',
    MODIFY COLUMN generation   BIGINT UNSIGNED NULL            COMMENT 'Model generation that made the predictions; NULL before the first British line',
    MODIFY COLUMN inertia      DOUBLE NULL                     COMMENT 'Mean squared distance of its British lines from their centres, in feature space; rises when sales drift away from the model',
    MODIFY COLUMN seconds      DOUBLE NOT NULL                 COMMENT 'Duration, from the start of reading or the previous commit, whichever was later',
    MODIFY COLUMN lag          BIGINT UNSIGNED NOT NULL        COMMENT 'Messages still waiting in the topic at the commit',
    MODIFY COLUMN latency_p50  DOUBLE NOT NULL                 COMMENT 'Seconds from receipt by Kafka to the commit, median',
    MODIFY COLUMN latency_p99  DOUBLE NOT NULL                 COMMENT 'Seconds from receipt by Kafka to the commit, 99th percentile',
    COMMENT = 'One row per committed micro-batch: counts, duration, lag, latency';

ALTER TABLE Segment_History ALGORITHM = INSTANT,
    MODIFY COLUMN segment          TINYINT UNSIGNED NOT NULL COMMENT 'Number of the group, stable from one grouping to the next',
    MODIFY COLUMN name             VARCHAR(32) NOT NULL      COMMENT 'Name derived from the centre (rules: docs/groups.md)',
    MODIFY COLUMN as_of            DATETIME NOT NULL         COMMENT 'Newest sale included; recency counts back from its day',
    MODIFY COLUMN batch            BIGINT UNSIGNED NOT NULL  COMMENT 'Last micro-batch included',
    MODIFY COLUMN share            DOUBLE NOT NULL           COMMENT 'Share of all grouped customers',
    MODIFY COLUMN mean_recency     DOUBLE NOT NULL           COMMENT 'Mean days since the last purchase',
    MODIFY COLUMN median_recency   DOUBLE NOT NULL           COMMENT 'Median days since the last purchase',
    MODIFY COLUMN mean_frequency   DOUBLE NOT NULL           COMMENT 'Mean number of invoices',
    MODIFY COLUMN median_frequency DOUBLE NOT NULL           COMMENT 'Median number of invoices',
    MODIFY COLUMN mean_monetary    DECIMAL(30, 2) NOT NULL   COMMENT 'Mean amount spent, pounds',
    MODIFY COLUMN median_monetary  DECIMAL(30, 2) NOT NULL   COMMENT 'Median amount spent, pounds',
    MODIFY COLUMN turnover         DECIMAL(30, 3) NOT NULL   COMMENT 'Total amount spent by the group, pounds',
    MODIFY COLUMN turnover_share   DOUBLE NOT NULL           COMMENT 'Share of the turnover of all grouped customers',
    MODIFY COLUMN grouped_at       DATETIME(3) NOT NULL      COMMENT 'Time of the grouping, UTC',
    COMMENT = 'Groups of customers, one row per grouping and group';

ALTER TABLE Customer_Moves ALGORITHM = INSTANT,
    MODIFY COLUMN CustomerID   VARCHAR(32) NOT NULL      COMMENT 'Customer number',
    MODIFY COLUMN as_of        DATETIME NOT NULL         COMMENT 'Newest sale included in the grouping',
    MODIFY COLUMN from_segment TINYINT UNSIGNED NOT NULL COMMENT 'Previous group',
    MODIFY COLUMN from_name    VARCHAR(32) NOT NULL      COMMENT 'Name of the previous group',
    MODIFY COLUMN to_segment   TINYINT UNSIGNED NULL     COMMENT 'New group; NULL if no longer in any',
    MODIFY COLUMN to_name      VARCHAR(32) NULL          COMMENT 'Name of the new group',
    COMMENT = 'Customers who moved from one group to another';

ALTER TABLE Customer_Sales ALGORITHM = INSTANT,
    MODIFY COLUMN CustomerID     VARCHAR(32) NOT NULL    COMMENT 'Customer number',
    MODIFY COLUMN first_purchase DATETIME NULL           COMMENT 'Time of the first line that is not a cancellation; NULL if there are only cancellations',
    MODIFY COLUMN last_purchase  DATETIME NULL           COMMENT 'Time of the last line that is not a cancellation; NULL if there are only cancellations',
    MODIFY COLUMN frequency      INT UNSIGNED NOT NULL   COMMENT 'Number of distinct invoices, cancellations excluded',
    MODIFY COLUMN monetary       DECIMAL(30, 3) NOT NULL COMMENT 'Sum of Quantity x UnitPrice over all lines, cancellations included, pounds',
    COMMENT = 'Internal: exact totals of each British customer; British_Customers shows them';

ALTER TABLE Customer_Invoices ALGORITHM = INSTANT,
    MODIFY COLUMN CustomerID VARCHAR(32) NOT NULL COMMENT 'Customer number',
    MODIFY COLUMN InvoiceNo  VARCHAR(32) NOT NULL COMMENT 'Invoice of the customer that is not a cancellation; counted once, however many micro-batches hold its lines',
    COMMENT = 'Internal: invoices counted in Customer_Sales.frequency';

ALTER TABLE Segment_Members ALGORITHM = INSTANT,
    MODIFY COLUMN CustomerID VARCHAR(32) NOT NULL  COMMENT 'Customer number',
    MODIFY COLUMN segment    TINYINT UNSIGNED NULL COMMENT 'Group of the customer; NULL if no longer in any',
    COMMENT = 'Internal: group of each customer in the last grouping; British_Customers shows it';

ALTER TABLE Grouping_State ALGORITHM = INSTANT,
    MODIFY COLUMN id       TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Always 1: every grouping locks this row first',
    MODIFY COLUMN batch    BIGINT UNSIGNED NOT NULL DEFAULT 0  COMMENT 'Last micro-batch included',
    MODIFY COLUMN as_of    DATETIME NULL                       COMMENT 'Newest sale included',
    MODIFY COLUMN segments TINYINT UNSIGNED NOT NULL DEFAULT 0 COMMENT 'Number of groups',
    COMMENT = 'Internal: one row, the lock and the state of the customer grouping';

ALTER TABLE Model_Generations ALGORITHM = INSTANT,
    MODIFY COLUMN generation BIGINT UNSIGNED NOT NULL COMMENT '0 is the seed; each update adds 1',
    MODIFY COLUMN batch      BIGINT UNSIGNED NOT NULL COMMENT 'Micro-batch that created it',
    MODIFY COLUMN features   VARCHAR(8) NOT NULL      COMMENT 'Features of the centres: log (sign(x) log1p|x|) or raw',
    COMMENT = 'Internal: generations of the StreamingKMeans model';

ALTER TABLE Model_Centres ALGORITHM = INSTANT,
    MODIFY COLUMN cluster TINYINT UNSIGNED NOT NULL COMMENT 'Number of the cluster, as in prediction',
    MODIFY COLUMN weight  DOUBLE NOT NULL           COMMENT 'Number of lines behind the centre, older lines discounted by the decay',
    COMMENT = 'Internal: exact centres of every generation in feature space; Cluster_Centres has pieces and pounds';

ALTER TABLE Stream_State ALGORITHM = INSTANT,
    MODIFY COLUMN id          TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Always 1: every micro-batch locks this row first',
    MODIFY COLUMN topic       VARCHAR(249) NULL                   COMMENT 'Topic from which the view was built; NULL before the first start',
    MODIFY COLUMN topic_id    CHAR(36) NULL                       COMMENT 'Kafka''s id of the topic; a recreated topic has a different one',
    MODIFY COLUMN generation  BIGINT UNSIGNED NULL                COMMENT 'Newest generation of the clustering model; NULL before its centres are seeded',
    MODIFY COLUMN newest_sale DATETIME NULL                       COMMENT 'Newest InvoiceDate in the view, the stream''s own clock; dates more than a day after their receipt are ignored',
    COMMENT = 'Internal: one row, the lock and the state of the stream';

ALTER TABLE Stream_Progress ALGORITHM = INSTANT,
    MODIFY COLUMN kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition',
    MODIFY COLUMN first_offset    BIGINT UNSIGNED NOT NULL   COMMENT 'Offset at which reading began',
    MODIFY COLUMN next_offset     BIGINT UNSIGNED NOT NULL   COMMENT 'Next offset to read: all messages below it are committed',
    MODIFY COLUMN last_crc32      INT UNSIGNED NULL          COMMENT 'CRC-32 of the last committed message; detects a different copy of the topic',
    COMMENT = 'Internal: committed offsets, one row per partition';

ALTER TABLE Stream_Sources ALGORITHM = INSTANT,
    MODIFY COLUMN source          CHAR(64) NOT NULL          COMMENT 'First 16 hexadecimal digits of the SHA-256 of the canonical csv',
    MODIFY COLUMN run             INT UNSIGNED NOT NULL      COMMENT 'Run: which time the file is streamed, from 1',
    MODIFY COLUMN kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition',
    MODIFY COLUMN last_row        BIGINT UNSIGNED NOT NULL   COMMENT 'Highest row received; rows up to it are repetitions',
    COMMENT = 'Internal: highest row received of each source file';

ALTER TABLE Batch_Offsets ALGORITHM = INSTANT,
    MODIFY COLUMN kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition',
    MODIFY COLUMN next_offset     BIGINT UNSIGNED NOT NULL   COMMENT 'First offset after the micro-batch',
    COMMENT = 'Internal: offsets of each micro-batch';

ALTER TABLE Erased_Customers ALGORITHM = INSTANT,
    MODIFY COLUMN customer        CHAR(64) NOT NULL          COMMENT 'SHA-256 of the CustomerID (UTF-8), lower-case hexadecimal',
    MODIFY COLUMN kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Kafka partition',
    MODIFY COLUMN next_offset     BIGINT UNSIGNED NOT NULL   COMMENT 'Messages below this offset are covered; later purchases are stored again',
    MODIFY COLUMN erased_at       DATETIME(3) NOT NULL       COMMENT 'Time of the erasure, UTC',
    COMMENT = 'Internal: hashes of erased customers; a rebuild erases them again';

ALTER TABLE Schema_Migrations ALGORITHM = INSTANT,
    COMMENT = 'Internal: migrations that have run';
