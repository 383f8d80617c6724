-- Reads all British lines: half a second for half a million.
SELECT segment, StockCode, COUNT(DISTINCT CustomerID), COUNT(*), SUM(Quantity), SUM(Quantity * UnitPrice)
FROM British_Online_Retail
JOIN Segment_Members USING (CustomerID)
WHERE segment IS NOT NULL AND Quantity > 0 AND UnitPrice > 0
GROUP BY segment, StockCode
