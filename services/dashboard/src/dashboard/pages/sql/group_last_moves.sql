SELECT
    moves.CustomerID,
    moves.as_of,
    COALESCE(moves.to_segment = %(segment)s, 0)                             AS came,
    IF(moves.to_segment = %(segment)s, moves.from_segment, moves.to_segment) AS segment,
    IF(moves.to_segment = %(segment)s, moves.from_name, moves.to_name)       AS name,
    ROUND(COALESCE(sales.monetary, 0), 2)                                    AS monetary
FROM Customer_Moves AS moves
LEFT JOIN Customer_Sales AS sales ON sales.CustomerID = moves.CustomerID
WHERE moves.to_segment = %(segment)s OR moves.from_segment = %(segment)s
ORDER BY moves.version DESC, sales.monetary DESC, moves.CustomerID
LIMIT %(shown)s
