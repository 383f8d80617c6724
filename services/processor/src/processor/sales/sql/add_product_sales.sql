-- Description before described_at: assignments see the values of those before them.
INSERT INTO Product_Sales (
    StockCode, british, sales_lines, pieces, turnover, returned_lines, returned_pieces, returned, described_at,
    Description
)
SELECT
    StockCode, british, sales_lines, pieces, turnover, returned_lines, returned_pieces, returned, described_at,
    Description
FROM Batch_Product_Sales
ON DUPLICATE KEY UPDATE
    sales_lines = Product_Sales.sales_lines + VALUES(sales_lines),
    pieces = Product_Sales.pieces + VALUES(pieces),
    turnover = Product_Sales.turnover + VALUES(turnover),
    returned_lines = Product_Sales.returned_lines + VALUES(returned_lines),
    returned_pieces = Product_Sales.returned_pieces + VALUES(returned_pieces),
    returned = Product_Sales.returned + VALUES(returned),
    Description = CASE
        WHEN VALUES(described_at) IS NULL THEN Product_Sales.Description
        WHEN Product_Sales.described_at IS NULL OR Product_Sales.described_at < VALUES(described_at)
            THEN VALUES(Description)
        WHEN Product_Sales.described_at = VALUES(described_at)
            THEN GREATEST(Product_Sales.Description, VALUES(Description))
        ELSE Product_Sales.Description
    END,
    described_at = COALESCE(
        GREATEST(Product_Sales.described_at, VALUES(described_at)), Product_Sales.described_at, VALUES(described_at)
    )
