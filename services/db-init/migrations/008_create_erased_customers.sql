-- Customers that were erased from the view, so that making it anew from the topic does not bring them back.
-- Written by: db_init.erase. Read by: processor, which erases them from what it loads below next_offset.
-- A digest, since a list of erased customers must not name them.

CREATE TABLE IF NOT EXISTS Erased_Customers (
    customer        CHAR(64)          NOT NULL COMMENT 'SHA-256 of the CustomerID (UTF-8), hexadecimal in lower case',
    kafka_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the topic',
    next_offset     BIGINT UNSIGNED   NOT NULL COMMENT 'Messages below it are covered; a later purchase is stored again',
    erased_at       DATETIME(3)       NOT NULL COMMENT 'When it was asked for, UTC',
    PRIMARY KEY (customer, kafka_partition)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Erased customers, and up to where in the topic';

-- What NULL may mean from now on. INSTANT: no table is copied for a comment, however large it is.
ALTER TABLE British_Online_Retail ALGORITHM = INSTANT,
    MODIFY COLUMN CustomerID VARCHAR(32) NULL COMMENT 'Number of the customer, where one is known and was not erased';
ALTER TABLE Other_Online_Retail ALGORITHM = INSTANT,
    MODIFY COLUMN CustomerID VARCHAR(32) NULL COMMENT 'Number of the customer, where one is known and was not erased';
ALTER TABLE Rejected_Online_Retail ALGORITHM = INSTANT,
    MODIFY COLUMN message MEDIUMBLOB NULL COMMENT 'The message, byte for byte; NULL where it was null, where it repeats a line already received, or where a customer was erased later (its bytes stand at its place in the topic)';
