SELECT StockCode, Description, sales_lines, pieces, turnover, returned_pieces, returned
FROM Products
ORDER BY pieces DESC, StockCode
