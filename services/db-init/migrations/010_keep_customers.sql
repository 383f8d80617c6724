-- The customers behind the British lines, kept up by every micro-batch, so that nobody has to read all lines again.
-- Written by: processor, in the transaction of the lines' micro-batch. Read by: the grouping, analysts (through views).

-- Without a default: a processor that keeps no customers cannot commit any more, from before the tables are filled.
ALTER TABLE Batch_Log
    ADD COLUMN IF NOT EXISTS customers INT UNSIGNED NOT NULL
        COMMENT 'Customers with British lines in it; 0 before version 10 counted them' AFTER british,
    ADD COLUMN IF NOT EXISTS inertia DOUBLE NULL
        COMMENT 'Mean squared distance of its British lines from their centres, in feature space; it rises where sales drift from the model' AFTER generation;

ALTER TABLE Stream_State
    ADD COLUMN IF NOT EXISTS newest_sale DATETIME NULL COMMENT 'Newest InvoiceDate of the lines in the view, the stream''s own time; dates more than a day behind their receipt do not count';

CREATE TABLE IF NOT EXISTS Customer_Sales (
    CustomerID     VARCHAR(32)     NOT NULL COMMENT 'Number of the customer',
    first_purchase DATETIME            NULL COMMENT 'Oldest line that is no cancellation; NULL with cancellations alone',
    last_purchase  DATETIME            NULL COMMENT 'Newest line that is no cancellation; NULL with cancellations alone',
    frequency      INT UNSIGNED    NOT NULL COMMENT 'Distinct invoices that are no cancellations',
    monetary       DECIMAL(30, 3)  NOT NULL COMMENT 'Quantity x UnitPrice of all lines, cancellations taken off, pounds',
    PRIMARY KEY (CustomerID)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'What each customer bought in the United Kingdom';

CREATE TABLE IF NOT EXISTS Customer_Invoices (
    CustomerID VARCHAR(32) NOT NULL COMMENT 'Number of the customer',
    InvoiceNo  VARCHAR(32) NOT NULL COMMENT 'An invoice of theirs that is no cancellation: counted once, however many micro-batches hold its lines',
    PRIMARY KEY (CustomerID, InvoiceNo)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Which invoices are counted in the frequency of Customer_Sales';

-- What is in the view already.
INSERT INTO Customer_Invoices (CustomerID, InvoiceNo)
SELECT DISTINCT CustomerID, InvoiceNo FROM British_Online_Retail
WHERE CustomerID IS NOT NULL AND InvoiceNo NOT LIKE 'C%'
ON DUPLICATE KEY UPDATE Customer_Invoices.InvoiceNo = VALUES(InvoiceNo);

INSERT INTO Customer_Sales (CustomerID, first_purchase, last_purchase, frequency, monetary)
SELECT
    CustomerID,
    MIN(IF(InvoiceNo LIKE 'C%', NULL, InvoiceDate)),
    MAX(IF(InvoiceNo LIKE 'C%', NULL, InvoiceDate)),
    COUNT(DISTINCT IF(InvoiceNo LIKE 'C%', NULL, InvoiceNo)),
    SUM(Quantity * UnitPrice)
FROM British_Online_Retail WHERE CustomerID IS NOT NULL GROUP BY CustomerID
ON DUPLICATE KEY UPDATE Customer_Sales.CustomerID = VALUES(CustomerID);

UPDATE Stream_State SET newest_sale = (
    SELECT MAX(InvoiceDate) FROM (
        SELECT InvoiceDate FROM British_Online_Retail UNION ALL SELECT InvoiceDate FROM Other_Online_Retail
    ) AS line WHERE InvoiceDate <= UTC_TIMESTAMP() + INTERVAL 1 DAY
) WHERE newest_sale IS NULL;
