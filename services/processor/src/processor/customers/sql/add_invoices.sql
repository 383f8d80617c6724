INSERT INTO Customer_Invoices (CustomerID, InvoiceNo)
SELECT batch.CustomerID, batch.InvoiceNo
FROM Batch_Purchases AS batch
LEFT JOIN Customer_Invoices AS known ON known.CustomerID = batch.CustomerID AND known.InvoiceNo = batch.InvoiceNo
WHERE NOT batch.is_cancellation AND known.InvoiceNo IS NULL
