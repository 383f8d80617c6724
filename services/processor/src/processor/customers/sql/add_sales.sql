-- Counts an invoice once, in the first micro-batch with a line of it; add_invoices.sql then stores it.
INSERT INTO Customer_Sales (CustomerID, first_purchase, last_purchase, frequency, monetary)
SELECT
    batch.CustomerID,
    MIN(IF(batch.is_cancellation, NULL, batch.first_sale)) AS first_bought,
    MAX(IF(batch.is_cancellation, NULL, batch.last_sale)) AS last_bought,
    COUNT(DISTINCT IF(
        batch.is_cancellation
        OR EXISTS (
            SELECT 1 FROM Customer_Invoices AS known
            WHERE known.CustomerID = batch.CustomerID AND known.InvoiceNo = batch.InvoiceNo
        ), NULL, batch.InvoiceNo
    )),
    SUM(batch.turnover)
FROM Batch_Customer_Invoices AS batch
GROUP BY batch.CustomerID
ON DUPLICATE KEY UPDATE
    first_purchase =
        COALESCE(LEAST(first_purchase, VALUES(first_purchase)), first_purchase, VALUES(first_purchase)),
    last_purchase =
        COALESCE(GREATEST(last_purchase, VALUES(last_purchase)), last_purchase, VALUES(last_purchase)),
    frequency = frequency + VALUES(frequency),
    monetary = monetary + VALUES(monetary)
