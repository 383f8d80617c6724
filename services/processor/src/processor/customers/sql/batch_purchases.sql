-- The purchases of a micro-batch: a table that only this connection sees.
CREATE TEMPORARY TABLE IF NOT EXISTS Batch_Purchases LIKE Customer_Invoices
