SELECT StockCode, Description, sales_lines, pieces, turnover, returned_pieces, returned
FROM Products
WHERE returned_pieces > 0 AND pieces + returned_pieces >= %(least)s
ORDER BY returned_pieces / (pieces + returned_pieces) DESC, StockCode
