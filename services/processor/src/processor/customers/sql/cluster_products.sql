-- Reads all British lines: half a second for half a million. A plain SELECT, for INSERT … SELECT would lock them all.
SELECT prediction, place, last_batch, StockCode, sales_lines
FROM (
    SELECT
        prediction, StockCode, COUNT(*) AS sales_lines,
        ROW_NUMBER() OVER (PARTITION BY prediction ORDER BY COUNT(*) DESC, StockCode) AS place
    FROM British_Online_Retail GROUP BY prediction, StockCode
) AS ranked
CROSS JOIN Stream_State
WHERE place <= 10
