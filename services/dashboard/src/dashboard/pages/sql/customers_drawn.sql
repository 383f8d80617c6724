-- By a hash of the number: of very many customers the same ones are drawn each time. The exact values: rounded ones may
-- be 0, which a logarithmic axis cannot show.
SELECT sales.CustomerID, GREATEST(DATEDIFF(state.newest_sale, sales.last_purchase), 0) AS recency, sales.monetary, members.segment
FROM Segment_Members AS members
JOIN Customer_Sales AS sales ON sales.CustomerID = members.CustomerID
CROSS JOIN Stream_State AS state
WHERE members.segment IS NOT NULL AND sales.monetary > 0 AND sales.last_purchase IS NOT NULL
ORDER BY CRC32(sales.CustomerID), sales.CustomerID
LIMIT %(points)s
