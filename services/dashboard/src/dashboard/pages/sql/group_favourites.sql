SELECT StockCode, Description, customers, turnover, share, share_of_all, as_of
FROM Segment_Favourites
WHERE segment = %(segment)s
ORDER BY place
