-- Only of the first products the view looks up the description: of all it would take ten times as long.
SELECT
    product.StockCode, product.Description, product.sales_lines, product.pieces, product.turnover,
    product.returned_pieces, product.returned
FROM (
    SELECT StockCode, SUM(returned_pieces) AS rank_by
    FROM Product_Sales
    WHERE returned_pieces > 0
    GROUP BY StockCode
    ORDER BY rank_by DESC, StockCode
    LIMIT %(shown)s
) AS first_ones
JOIN Products AS product ON product.StockCode = first_ones.StockCode
ORDER BY first_ones.rank_by DESC, product.StockCode
