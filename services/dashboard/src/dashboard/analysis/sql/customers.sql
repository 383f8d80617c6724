-- The exact values of British_Customers_RFM, which rounds.
SELECT
    GREATEST(DATEDIFF(newest_sale, last_purchase), 0) AS recency,
    frequency,
    monetary,
    COALESCE(segment, -1)                             AS segment
FROM Customer_Sales
CROSS JOIN Stream_State
LEFT JOIN Segment_Members USING (CustomerID)
WHERE frequency > 0 AND monetary > 0
ORDER BY CustomerID
