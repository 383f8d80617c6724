-- All lines in the order of the key, as LOAD DATA reads them.
SELECT
    InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country,
    source_row, kafka_partition, kafka_offset, prediction
FROM British_Online_Retail
UNION ALL
SELECT
    InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country,
    source_row, kafka_partition, kafka_offset, 0
FROM Other_Online_Retail
ORDER BY kafka_partition, kafka_offset
INTO OUTFILE '/tmp/lines.tsv'
