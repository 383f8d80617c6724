-- Facts in the tables; `difference` is 0 if every line read is in one of them.
WITH
line AS (
    SELECT Quantity * UnitPrice AS amount, StockCode, 1 AS is_british FROM British_Online_Retail
    UNION ALL
    SELECT Quantity * UnitPrice, StockCode, 0 FROM Other_Online_Retail
),
total AS (SELECT * FROM Reconciliation WHERE kafka_partition = 'all')
SELECT 'lines read' AS name, lines_read AS value FROM total
UNION ALL SELECT 'British', british FROM total
UNION ALL SELECT 'other', other FROM total
UNION ALL SELECT 'rejected', rejected FROM total
UNION ALL SELECT 'difference', difference FROM total
UNION ALL SELECT 'Quantity x UnitPrice, British', SUM(amount) FROM line WHERE is_british
UNION ALL SELECT 'Quantity x UnitPrice, all', SUM(amount) FROM line
UNION ALL SELECT 'distinct StockCodes', COUNT(DISTINCT StockCode) FROM line
