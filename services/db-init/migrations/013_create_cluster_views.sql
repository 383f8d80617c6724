-- The clusters of lines as an analyst reads them.

-- The model as every micro-batch left it, in pieces and pounds.
CREATE OR REPLACE VIEW Cluster_Centres AS
SELECT
    generations.batch,
    centres.cluster,
    IF(generations.features = 'log', SIGN(centres.quantity) * (EXP(ABS(centres.quantity)) - 1), centres.quantity) AS quantity,
    IF(generations.features = 'log', SIGN(centres.unit_price) * (EXP(ABS(centres.unit_price)) - 1), centres.unit_price) AS unit_price,
    centres.weight,
    centres.weight / SUM(centres.weight) OVER (PARTITION BY centres.generation) AS share
FROM Model_Generations AS generations
JOIN Model_Centres AS centres USING (generation)
WHERE generations.generation > 0;

-- What is in each cluster. Reads all British lines: a second for half a million.
CREATE OR REPLACE VIEW Cluster_Profiles AS
WITH
totals AS (
    SELECT
        prediction,
        COUNT(*)                  AS sales_lines,
        SUM(Quantity * UnitPrice) AS turnover,
        SUM(InvoiceNo LIKE 'C%')  AS cancellations
    FROM British_Online_Retail GROUP BY prediction
),
quantities AS (
    SELECT prediction, Quantity, SUM(COUNT(*)) OVER (PARTITION BY prediction ORDER BY Quantity) AS so_far
    FROM British_Online_Retail GROUP BY prediction, Quantity
),
prices AS (
    SELECT prediction, UnitPrice, SUM(COUNT(*)) OVER (PARTITION BY prediction ORDER BY UnitPrice) AS so_far
    FROM British_Online_Retail GROUP BY prediction, UnitPrice
),
descriptions AS (
    SELECT prediction, Description, ROW_NUMBER() OVER (PARTITION BY prediction ORDER BY COUNT(*) DESC, Description) AS place
    FROM British_Online_Retail WHERE Description IS NOT NULL GROUP BY prediction, Description
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
    COALESCE(totals.sales_lines, 0)                                  AS sales_lines,
    COALESCE(totals.sales_lines / SUM(totals.sales_lines) OVER (), 0) AS share,
    (SELECT MIN(Quantity) FROM quantities
     WHERE quantities.prediction = centres.cluster AND 2 * so_far >= totals.sales_lines)  AS median_quantity,
    (SELECT MIN(UnitPrice) FROM prices
     WHERE prices.prediction = centres.cluster AND 2 * so_far >= totals.sales_lines)      AS median_price,
    COALESCE(totals.turnover, 0)      AS turnover,
    COALESCE(totals.cancellations, 0) AS cancellations,
    (SELECT GROUP_CONCAT(Description ORDER BY place SEPARATOR '; ') FROM descriptions
     WHERE descriptions.prediction = centres.cluster AND place <= 3)                      AS commonest
FROM Cluster_Centres AS centres
CROSS JOIN Stream_State AS state
JOIN Model_Generations AS newest ON newest.generation = state.generation AND newest.batch = centres.batch
LEFT JOIN totals ON totals.prediction = centres.cluster
ORDER BY centres.cluster;
