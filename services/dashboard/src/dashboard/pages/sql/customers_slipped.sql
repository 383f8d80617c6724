-- The last move of each customer, if it was to a group that bought longer ago and spent less, or to none; `all_of_them`
-- counts them.
SELECT
    moves.CustomerID, moves.as_of, moves.from_segment, moves.from_name, moves.to_segment, moves.to_name, sales.monetary,
    COUNT(*) OVER () AS all_of_them
FROM Customer_Moves AS moves
JOIN Customer_Sales AS sales ON sales.CustomerID = moves.CustomerID
LEFT JOIN Customer_Segments AS before_it ON before_it.segment = moves.from_segment
LEFT JOIN Customer_Segments AS after_it ON after_it.segment = moves.to_segment
WHERE moves.version >= (SELECT MIN(version) FROM Segment_History WHERE as_of > %(since)s)
  AND (
      moves.to_segment IS NULL
      OR (after_it.median_recency > before_it.median_recency AND after_it.median_monetary < before_it.median_monetary)
  )
  AND moves.version = (SELECT MAX(latest.version) FROM Customer_Moves AS latest WHERE latest.CustomerID = moves.CustomerID)
ORDER BY sales.monetary DESC, moves.CustomerID
LIMIT %(shown)s
