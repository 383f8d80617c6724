SELECT StockCode, Description, sales_lines, pieces, turnover, returned_pieces, returned
FROM Products
WHERE returned > 0 AND turnover + returned >= %(least)s
ORDER BY returned / (turnover + returned) DESC, StockCode
