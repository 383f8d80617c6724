SELECT
    InvoiceNo,
    MAX(is_cancellation)    AS is_cancellation,
    MAX(last_sale)          AS sold,
    SUM(sales_lines)        AS sales_lines,
    ROUND(SUM(turnover), 2) AS turnover
FROM Customer_Invoices
WHERE CustomerID = %(customer)s
GROUP BY InvoiceNo
ORDER BY sold DESC, InvoiceNo DESC
LIMIT %(shown)s
