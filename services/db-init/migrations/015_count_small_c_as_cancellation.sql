-- A cancellation's letter counts in either case: an invoice c536379 was taken for a purchase.
-- Written by: processor, as before. Read by: the grouping, analysts (through views).

-- Between two micro-batches and two groupings, in the order of all that takes both locks.
START TRANSACTION;
SELECT id FROM Grouping_State WHERE id = 1 FOR UPDATE;
SELECT id FROM Stream_State WHERE id = 1 FOR UPDATE;

-- What is kept of the customers whom it touches, by their lines. The money was right.
UPDATE Customer_Sales AS sales
JOIN (
    SELECT
        CustomerID,
        MIN(IF(LEFT(InvoiceNo, 1) IN ('C', 'c'), NULL, InvoiceDate))           AS first_purchase,
        MAX(IF(LEFT(InvoiceNo, 1) IN ('C', 'c'), NULL, InvoiceDate))           AS last_purchase,
        COUNT(DISTINCT IF(LEFT(InvoiceNo, 1) IN ('C', 'c'), NULL, InvoiceNo)) AS frequency
    FROM British_Online_Retail
    WHERE CustomerID IN (SELECT CustomerID FROM Customer_Invoices WHERE InvoiceNo LIKE 'c%')
    GROUP BY CustomerID
) AS made ON made.CustomerID = sales.CustomerID
SET
    sales.first_purchase = made.first_purchase,
    sales.last_purchase = made.last_purchase,
    sales.frequency = made.frequency;

-- As after an erasure: the groups are made anew, though no lines came.
UPDATE Grouping_State SET batch = 0 WHERE id = 1 AND EXISTS (SELECT 1 FROM Customer_Invoices WHERE InvoiceNo LIKE 'c%');
DELETE FROM Customer_Invoices WHERE InvoiceNo LIKE 'c%';
COMMIT;

-- An older processor that still runs commits no such invoice any more.
ALTER TABLE Customer_Invoices
    ADD CONSTRAINT IF NOT EXISTS no_cancellation CHECK (LEFT(InvoiceNo, 1) NOT IN ('C', 'c'));

ALTER TABLE British_Online_Retail ALGORITHM = INSTANT,
    MODIFY COLUMN InvoiceNo VARCHAR(32) NOT NULL COMMENT 'Number of the invoice; a C or c before it marks a cancellation';
ALTER TABLE Other_Online_Retail ALGORITHM = INSTANT,
    MODIFY COLUMN InvoiceNo VARCHAR(32) NOT NULL COMMENT 'Number of the invoice; a C or c before it marks a cancellation';

-- What is in each cluster. Reads all British lines: a second for half a million.
CREATE OR REPLACE VIEW Cluster_Profiles AS
WITH
totals AS (
    SELECT
        prediction,
        COUNT(*)                              AS sales_lines,
        SUM(Quantity * UnitPrice)             AS turnover,
        SUM(LEFT(InvoiceNo, 1) IN ('C', 'c')) AS cancellations
    FROM British_Online_Retail GROUP BY prediction
),
quantities AS (
    SELECT prediction, Quantity, SUM(COUNT(*)) OVER (PARTITION BY prediction ORDER BY Quantity) AS so_far
    FROM British_Online_Retail GROUP BY prediction, Quantity
),
prices AS (
    SELECT prediction, UnitPrice, SUM(COUNT(*)) OVER (PARTITION BY prediction ORDER BY UnitPrice) AS so_far
    FROM British_Online_Retail GROUP BY prediction, UnitPrice
),
descriptions AS (
    SELECT prediction, Description, ROW_NUMBER() OVER (PARTITION BY prediction ORDER BY COUNT(*) DESC, Description) AS place
    FROM British_Online_Retail WHERE Description IS NOT NULL GROUP BY prediction, Description
)
SELECT
    centres.cluster,
    CONCAT(
        CASE
            WHEN centres.quantity < 0   THEN 'returned pieces'
            WHEN centres.quantity < 2   THEN 'single pieces'
            WHEN centres.quantity < 10  THEN 'a few pieces'
            WHEN centres.quantity < 100 THEN 'dozens'
            ELSE 'hundreds'
        END,
        CASE
            WHEN centres.unit_price < 0.05 THEN ' for nothing'
            WHEN centres.unit_price < 1    THEN ' at pennies'
            WHEN centres.unit_price < 5    THEN ' at a few pounds'
            WHEN centres.unit_price < 20   THEN ' at some pounds'
            ELSE ' at high prices'
        END,
        ' (about ', ROUND(centres.quantity), ' at ', ROUND(centres.unit_price, 2), ')'
    ) AS name,
    COALESCE(totals.sales_lines, 0)                                  AS sales_lines,
    COALESCE(totals.sales_lines / SUM(totals.sales_lines) OVER (), 0) AS share,
    (SELECT MIN(Quantity) FROM quantities
     WHERE quantities.prediction = centres.cluster AND 2 * so_far >= totals.sales_lines)  AS median_quantity,
    (SELECT MIN(UnitPrice) FROM prices
     WHERE prices.prediction = centres.cluster AND 2 * so_far >= totals.sales_lines)      AS median_price,
    COALESCE(totals.turnover, 0)      AS turnover,
    COALESCE(totals.cancellations, 0) AS cancellations,
    (SELECT GROUP_CONCAT(Description ORDER BY place SEPARATOR '; ') FROM descriptions
     WHERE descriptions.prediction = centres.cluster AND place <= 3)                      AS commonest
FROM Cluster_Centres AS centres
CROSS JOIN Stream_State AS state
JOIN Model_Generations AS newest ON newest.generation = state.generation AND newest.batch = centres.batch
LEFT JOIN totals ON totals.prediction = centres.cluster
ORDER BY centres.cluster;
