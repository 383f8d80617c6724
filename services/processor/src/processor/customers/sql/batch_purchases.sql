-- The purchases of a micro-batch: a table that only this connection sees.
CREATE TEMPORARY TABLE IF NOT EXISTS Batch_Purchases (
    CustomerID VARCHAR(32) NOT NULL, InvoiceNo VARCHAR(32) NOT NULL, is_cancellation TINYINT UNSIGNED NOT NULL,
    first_sale DATETIME NOT NULL, last_sale DATETIME NOT NULL, turnover DECIMAL(30, 3) NOT NULL,
    PRIMARY KEY (CustomerID, InvoiceNo)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
