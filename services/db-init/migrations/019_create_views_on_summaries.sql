-- The summaries as people read them, rounded. Their time depends on the number of products and of different values, not
-- on that of lines.
-- Read by: dashboard, analysts.

CREATE OR REPLACE VIEW Products AS
SELECT
    sold.StockCode,
    (SELECT named.Description FROM Product_Sales AS named
     WHERE named.StockCode = sold.StockCode AND named.described_at IS NOT NULL
     ORDER BY named.described_at DESC, named.Description DESC LIMIT 1) AS Description,
    SUM(sold.sales_lines)                                              AS sales_lines,
    SUM(sold.pieces)                                                   AS pieces,
    ROUND(SUM(sold.turnover), 2)                                       AS turnover,
    ROUND(SUM(sold.british * sold.turnover), 2)                        AS british_turnover,
    SUM(sold.returned_pieces)                                          AS returned_pieces,
    ROUND(SUM(sold.returned), 2)                                       AS returned
FROM Product_Sales AS sold
GROUP BY sold.StockCode;

-- Of the newest grouping whose products are found: it may be one behind Customer_Segments for some seconds.
CREATE OR REPLACE VIEW Segment_Favourites AS
SELECT
    found.segment,
    history.name,
    found.place,
    found.StockCode,
    (SELECT named.Description FROM Product_Sales AS named
     WHERE named.StockCode = found.StockCode AND named.described_at IS NOT NULL
     ORDER BY named.described_at DESC, named.Description DESC LIMIT 1) AS Description,
    found.customers,
    found.sales_lines,
    found.pieces,
    ROUND(found.turnover, 2)     AS turnover,
    ROUND(found.share, 4)        AS share,
    ROUND(found.share_of_all, 4) AS share_of_all,
    history.as_of
FROM Segment_Products AS found
JOIN Segment_History AS history ON history.version = found.version AND history.segment = found.segment
WHERE found.version = (SELECT MAX(version) FROM Segment_Products)
ORDER BY found.segment, found.place;

CREATE OR REPLACE VIEW Cluster_Profiles AS
WITH
centres AS (
    SELECT
        centres.cluster,
        IF(generations.features = 'log', SIGN(centres.quantity) * (EXP(ABS(centres.quantity)) - 1), centres.quantity) AS quantity,
        IF(generations.features = 'log', SIGN(centres.unit_price) * (EXP(ABS(centres.unit_price)) - 1), centres.unit_price) AS unit_price
    FROM Stream_State AS state
    JOIN Model_Generations AS generations ON generations.generation = state.generation
    JOIN Model_Centres AS centres ON centres.generation = state.generation
    WHERE state.generation > 0
),
totals AS (
    SELECT
        cluster,
        SUM(sales_lines)                        AS sales_lines,
        SUM(Quantity * UnitPrice * sales_lines) AS turnover, -- a decimal first: unsigned times negative is out of range
        SUM(cancellations)                      AS cancellations
    FROM Cluster_Values GROUP BY cluster
),
quantities AS (
    SELECT cluster, Quantity, SUM(SUM(sales_lines)) OVER (PARTITION BY cluster ORDER BY Quantity) AS so_far
    FROM Cluster_Values GROUP BY cluster, Quantity
),
prices AS (
    SELECT cluster, UnitPrice, SUM(SUM(sales_lines)) OVER (PARTITION BY cluster ORDER BY UnitPrice) AS so_far
    FROM Cluster_Values GROUP BY cluster, UnitPrice
),
products AS (
    SELECT
        common.cluster,
        common.place,
        (SELECT named.Description FROM Product_Sales AS named
         WHERE named.StockCode = common.StockCode AND named.described_at IS NOT NULL
         ORDER BY named.described_at DESC, named.Description DESC LIMIT 1) AS Description
    FROM Cluster_Products AS common
    WHERE common.batch = (SELECT MAX(batch) FROM Cluster_Products)
)
SELECT
    centres.cluster,
    CONCAT(
        CASE
            WHEN centres.quantity < 0   THEN 'returned pieces'
            WHEN centres.quantity < 2   THEN 'single pieces'
            WHEN centres.quantity < 10  THEN 'a few pieces'
            WHEN centres.quantity < 100 THEN 'dozens'
            ELSE 'hundreds'
        END,
        CASE
            WHEN centres.unit_price < 0.05 THEN ' for nothing'
            WHEN centres.unit_price < 1    THEN ' at pennies'
            WHEN centres.unit_price < 5    THEN ' at a few pounds'
            WHEN centres.unit_price < 20   THEN ' at some pounds'
            ELSE ' at high prices'
        END,
        ' (about ', ROUND(centres.quantity), ' at ', ROUND(centres.unit_price, 2), ')'
    ) AS name,
    COALESCE(totals.sales_lines, 0)                                             AS sales_lines,
    ROUND(COALESCE(totals.sales_lines / SUM(totals.sales_lines) OVER (), 0), 4) AS share,
    (SELECT MIN(Quantity) FROM quantities
     WHERE quantities.cluster = centres.cluster AND 2 * so_far >= totals.sales_lines)           AS median_quantity,
    (SELECT ROUND(MIN(UnitPrice), 2) FROM prices
     WHERE prices.cluster = centres.cluster AND 2 * so_far >= totals.sales_lines)               AS median_price,
    ROUND(COALESCE(totals.turnover, 0), 2) AS turnover,
    COALESCE(totals.cancellations, 0)      AS cancellations,
    (SELECT GROUP_CONCAT(Description ORDER BY place SEPARATOR '; ') FROM products
     WHERE products.cluster = centres.cluster AND place <= 3)                                   AS commonest
FROM centres
LEFT JOIN totals ON totals.cluster = centres.cluster
ORDER BY centres.cluster;
