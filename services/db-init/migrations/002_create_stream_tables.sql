-- How far the stream has got: the only place that knows.
-- Written by: processor, in the transaction of each micro-batch. Read by: processor, engineers.

CREATE TABLE IF NOT EXISTS Stream_State (
    id         TINYINT UNSIGNED NOT NULL DEFAULT 1 COMMENT 'Always 1: the row that every micro-batch locks first',
    topic      VARCHAR(249)         NULL COMMENT 'Topic that the view was made from; NULL before the first start',
    topic_id   CHAR(36)             NULL COMMENT 'Id that Kafka gave the topic; a recreated topic has another',
    last_batch BIGINT UNSIGNED  NOT NULL DEFAULT 0 COMMENT 'Number of the last committed micro-batch',
    generation BIGINT UNSIGNED      NULL COMMENT 'Generation of the clustering model; NULL before its first centre is set',
    PRIMARY KEY (id),
    CONSTRAINT one_row CHECK (id = 1)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'One row: the lock of the stream and what it stands at';

-- The row is made here because a lock on an empty table locks nothing.
INSERT IGNORE INTO Stream_State (id) VALUES (1);

CREATE TABLE IF NOT EXISTS Stream_Progress (
    kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the topic',
    first_offset    BIGINT UNSIGNED   NOT NULL COMMENT 'Where reading began',
    next_offset     BIGINT UNSIGNED   NOT NULL COMMENT 'Offset of the first message that is not in the view yet',
    last_timestamp  BIGINT                NULL COMMENT 'Kafka timestamp of the last committed message, ms',
    last_crc32      INT UNSIGNED          NULL COMMENT 'CRC-32 of the last committed message; an older copy of the topic has another',
    PRIMARY KEY (kafka_partition)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Next offset of every partition';

CREATE TABLE IF NOT EXISTS Stream_Sources (
    source          CHAR(64)          NOT NULL COMMENT 'SHA-256 of the canonical csv of the workbook',
    run             INT UNSIGNED      NOT NULL COMMENT 'Number of the time that it is streamed',
    kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the topic',
    last_row        BIGINT UNSIGNED   NOT NULL COMMENT 'Highest row received there; a row at or below it is a repetition',
    PRIMARY KEY (source, run, kafka_partition)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'How far each workbook has been received';

CREATE TABLE IF NOT EXISTS Batch_Log (
    batch            BIGINT UNSIGNED NOT NULL COMMENT 'Number of the micro-batch, from 1',
    committed_at     DATETIME(3)     NOT NULL COMMENT 'When it was committed, UTC',
    lines_read       INT UNSIGNED    NOT NULL COMMENT 'Messages read = British + other + rejected',
    british          INT UNSIGNED    NOT NULL COMMENT 'Lines written to British_Online_Retail',
    other            INT UNSIGNED    NOT NULL COMMENT 'Lines written to Other_Online_Retail',
    rejected         INT UNSIGNED    NOT NULL COMMENT 'Messages written to Rejected_Online_Retail',
    generation       BIGINT UNSIGNED     NULL COMMENT 'Generation of the model that made the predictions; NULL without British lines so far',
    seconds          DOUBLE          NOT NULL COMMENT 'Time it took, from its reading or the commit before, whichever was later',
    lines_per_second DOUBLE          NOT NULL COMMENT 'lines_read / seconds',
    lag              BIGINT UNSIGNED NOT NULL COMMENT 'Messages that then waited in the topic behind it',
    latency_p50      DOUBLE          NOT NULL COMMENT 'Seconds from receipt by Kafka to commit, median of its messages',
    latency_p99      DOUBLE          NOT NULL COMMENT 'Seconds from receipt by Kafka to commit, 99th percentile',
    PRIMARY KEY (batch)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'One row per committed micro-batch';

CREATE TABLE IF NOT EXISTS Batch_Offsets (
    batch           BIGINT UNSIGNED   NOT NULL COMMENT 'Number of the micro-batch',
    kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the topic',
    first_offset    BIGINT UNSIGNED   NOT NULL COMMENT 'First offset in the micro-batch',
    next_offset     BIGINT UNSIGNED   NOT NULL COMMENT 'First offset behind it',
    PRIMARY KEY (batch, kafka_partition)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Which messages each micro-batch holds';
