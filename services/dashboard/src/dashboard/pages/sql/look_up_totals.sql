-- An invoice has a row for each partition that holds lines of it.
SELECT
    COUNT(DISTINCT InvoiceNo)                            AS invoices,
    COUNT(DISTINCT IF(is_cancellation, InvoiceNo, NULL)) AS cancellations,
    COALESCE(SUM(sales_lines), 0)                        AS sales_lines
FROM Customer_Invoices
WHERE CustomerID = %(customer)s
