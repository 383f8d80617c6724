SELECT
    DATE(last_sale) - INTERVAL DAY(last_sale) - 1 DAY AS month,
    is_cancellation,
    COUNT(DISTINCT InvoiceNo)                         AS invoices,
    ROUND(SUM(turnover), 2)                           AS turnover
FROM Customer_Invoices
WHERE CustomerID = %(customer)s
GROUP BY month, is_cancellation
ORDER BY month, is_cancellation
