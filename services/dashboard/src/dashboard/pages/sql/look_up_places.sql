SELECT InvoiceNo, kafka_partition, first_offset, last_offset, sales_lines
FROM Customer_Invoices
WHERE CustomerID = %(customer)s
ORDER BY last_sale DESC, InvoiceNo DESC, kafka_partition
LIMIT %(shown)s
