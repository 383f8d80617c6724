INSERT INTO Hourly_Sales (
    day, hour, Country, sales_lines, pieces, turnover, returned_lines, returned_pieces, returned
)
SELECT day, hour, Country, sales_lines, pieces, turnover, returned_lines, returned_pieces, returned
FROM Batch_Hourly_Sales
ON DUPLICATE KEY UPDATE
    sales_lines = Hourly_Sales.sales_lines + VALUES(sales_lines),
    pieces = Hourly_Sales.pieces + VALUES(pieces),
    turnover = Hourly_Sales.turnover + VALUES(turnover),
    returned_lines = Hourly_Sales.returned_lines + VALUES(returned_lines),
    returned_pieces = Hourly_Sales.returned_pieces + VALUES(returned_pieces),
    returned = Hourly_Sales.returned + VALUES(returned)
