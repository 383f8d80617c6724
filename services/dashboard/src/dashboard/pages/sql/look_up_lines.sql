-- `_places.within` puts ranges of the primary key for {ranges}. Between the lines there may be those of others.
SELECT InvoiceNo, InvoiceDate, StockCode, Description, Quantity, UnitPrice, kafka_partition, kafka_offset
FROM British_Online_Retail
WHERE ({ranges}) AND CustomerID = %(customer)s
