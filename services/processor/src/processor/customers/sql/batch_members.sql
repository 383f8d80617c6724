-- The new segments of customers: a table that only this connection sees.
CREATE TEMPORARY TABLE IF NOT EXISTS Batch_Members (
    CustomerID VARCHAR(32) NOT NULL, segment TINYINT UNSIGNED NULL, PRIMARY KEY (CustomerID)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
