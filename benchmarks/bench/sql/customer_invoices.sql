-- Two invoices for each of this many customers.
INSERT INTO Customer_Invoices (CustomerID, InvoiceNo)
SELECT LPAD(customer.seq, 8, '0'), CONCAT('i', number.seq)
FROM seq_1_to_1000000 AS customer, seq_1_to_2 AS number
WHERE customer.seq <= %s
