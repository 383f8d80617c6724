-- Counts an invoice once, in the first micro-batch with a line of it; add_invoices.sql then stores it.
INSERT INTO Customer_Sales (CustomerID, first_purchase, last_purchase, frequency, monetary)
SELECT
    batch.CustomerID,
    MIN(IF(batch.is_cancellation, NULL, batch.first_sale)) AS first_bought,
    MAX(IF(batch.is_cancellation, NULL, batch.last_sale)) AS last_bought,
    SUM(NOT batch.is_cancellation AND known.InvoiceNo IS NULL),
    SUM(batch.turnover)
FROM Batch_Purchases AS batch
LEFT JOIN Customer_Invoices AS known ON known.CustomerID = batch.CustomerID AND known.InvoiceNo = batch.InvoiceNo
GROUP BY batch.CustomerID
ON DUPLICATE KEY UPDATE
    first_purchase =
        COALESCE(LEAST(first_purchase, VALUES(first_purchase)), first_purchase, VALUES(first_purchase)),
    last_purchase =
        COALESCE(GREATEST(last_purchase, VALUES(last_purchase)), last_purchase, VALUES(last_purchase)),
    frequency = frequency + VALUES(frequency),
    monetary = monetary + VALUES(monetary)
