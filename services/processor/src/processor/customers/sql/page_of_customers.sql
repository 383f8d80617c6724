SELECT CustomerID, GREATEST(DATEDIFF(%s, last_purchase), 0), frequency, monetary, segment
FROM Customer_Sales
LEFT JOIN Segment_Members USING (CustomerID)
WHERE CustomerID > %s AND (frequency > 0 OR segment IS NOT NULL)
ORDER BY CustomerID
LIMIT %s
