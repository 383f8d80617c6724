INSERT INTO Customer_Invoices (
    CustomerID, InvoiceNo, kafka_partition, is_cancellation, sales_lines, turnover, first_sale, last_sale, first_offset,
    last_offset
)
SELECT
    CustomerID, InvoiceNo, kafka_partition, is_cancellation, sales_lines, turnover, first_sale, last_sale, first_offset,
    last_offset
FROM Batch_Customer_Invoices
ON DUPLICATE KEY UPDATE
    sales_lines = Customer_Invoices.sales_lines + VALUES(sales_lines),
    turnover = Customer_Invoices.turnover + VALUES(turnover),
    first_sale = LEAST(Customer_Invoices.first_sale, VALUES(first_sale)),
    last_sale = GREATEST(Customer_Invoices.last_sale, VALUES(last_sale)),
    first_offset = LEAST(Customer_Invoices.first_offset, VALUES(first_offset)),
    last_offset = GREATEST(Customer_Invoices.last_offset, VALUES(last_offset))
