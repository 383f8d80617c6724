SELECT StockCode, Description, sales_lines, pieces, turnover, returned_pieces, returned
FROM Products
WHERE returned_pieces > 0
ORDER BY returned_pieces DESC, StockCode
