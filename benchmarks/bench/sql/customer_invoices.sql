-- Two invoices for each of this many customers.
INSERT INTO Customer_Invoices (
    CustomerID, InvoiceNo, kafka_partition, is_cancellation, sales_lines, turnover, first_sale, last_sale, first_offset,
    last_offset
)
SELECT
    LPAD(customer.seq, 8, '0'), CONCAT('i', number.seq), number.seq, 0, 20, 100, '2010-12-01', '2010-12-01',
    20 * customer.seq, 20 * customer.seq + 19
FROM seq_1_to_1000000 AS customer, seq_1_to_2 AS number
WHERE customer.seq <= %s
