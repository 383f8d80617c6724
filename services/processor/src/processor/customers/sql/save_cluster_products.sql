-- Reads all British lines: half a second for half a million.
INSERT INTO Cluster_Products (cluster, place, batch, StockCode, sales_lines)
SELECT prediction, place, last_batch, StockCode, sales_lines
FROM (
    SELECT
        prediction, StockCode, COUNT(*) AS sales_lines,
        ROW_NUMBER() OVER (PARTITION BY prediction ORDER BY COUNT(*) DESC, StockCode) AS place
    FROM British_Online_Retail GROUP BY prediction, StockCode
) AS ranked
CROSS JOIN Stream_State
WHERE place <= 10
ON DUPLICATE KEY UPDATE
    batch = VALUES(batch), StockCode = VALUES(StockCode), sales_lines = VALUES(sales_lines)
