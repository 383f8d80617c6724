-- What a person reads is rounded: shares to 4 decimals, money to 2, days and counts to 1 or 2. The exact values stay in
-- the tables, and programs read them there.
-- Read by: analysts.

CREATE OR REPLACE VIEW British_Customers AS
SELECT
    sales.CustomerID,
    sales.first_purchase,
    sales.last_purchase,
    sales.frequency,
    ROUND(sales.monetary, 2) AS monetary,
    members.segment
FROM Customer_Sales AS sales
LEFT JOIN Segment_Members AS members USING (CustomerID);

CREATE OR REPLACE VIEW Customer_Segments AS
SELECT
    history.segment,
    history.name,
    history.customers,
    ROUND(history.share, 4)            AS share,
    ROUND(history.mean_recency, 1)     AS mean_recency,
    ROUND(history.median_recency, 1)   AS median_recency,
    ROUND(history.mean_frequency, 2)   AS mean_frequency,
    ROUND(history.median_frequency, 1) AS median_frequency,
    history.mean_monetary,
    history.median_monetary,
    ROUND(history.turnover, 2)         AS turnover,
    ROUND(history.turnover_share, 4)   AS turnover_share,
    history.as_of,
    history.version
FROM Segment_History AS history
JOIN Grouping_State USING (version)
ORDER BY history.segment;

-- The model after each micro-batch, in pieces and pounds.
CREATE OR REPLACE VIEW Cluster_Centres AS
WITH centres AS (
    SELECT
        generations.batch,
        centres.cluster,
        IF(generations.features = 'log', SIGN(centres.quantity) * (EXP(ABS(centres.quantity)) - 1), centres.quantity) AS quantity,
        IF(generations.features = 'log', SIGN(centres.unit_price) * (EXP(ABS(centres.unit_price)) - 1), centres.unit_price) AS unit_price,
        centres.weight,
        centres.weight / SUM(centres.weight) OVER (PARTITION BY centres.generation) AS share
    FROM Model_Generations AS generations
    JOIN Model_Centres AS centres USING (generation)
    WHERE generations.generation > 0
)
SELECT
    batch,
    cluster,
    ROUND(quantity, 2)   AS quantity,
    ROUND(unit_price, 2) AS unit_price,
    ROUND(weight, 1)     AS weight,
    ROUND(share, 4)      AS share
FROM centres;

-- What is in each cluster of the newest model. Reads all British lines: a second for half a million.
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
        prediction,
        COUNT(*)                              AS sales_lines,
        SUM(Quantity * UnitPrice)             AS turnover,
        SUM(LEFT(InvoiceNo, 1) IN ('C', 'c')) AS cancellations
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
    COALESCE(totals.sales_lines, 0)                                             AS sales_lines,
    ROUND(COALESCE(totals.sales_lines / SUM(totals.sales_lines) OVER (), 0), 4) AS share,
    (SELECT MIN(Quantity) FROM quantities
     WHERE quantities.prediction = centres.cluster AND 2 * so_far >= totals.sales_lines)        AS median_quantity,
    (SELECT ROUND(MIN(UnitPrice), 2) FROM prices
     WHERE prices.prediction = centres.cluster AND 2 * so_far >= totals.sales_lines)            AS median_price,
    ROUND(COALESCE(totals.turnover, 0), 2) AS turnover,
    COALESCE(totals.cancellations, 0)      AS cancellations,
    (SELECT GROUP_CONCAT(Description ORDER BY place SEPARATOR '; ') FROM descriptions
     WHERE descriptions.prediction = centres.cluster AND place <= 3)                            AS commonest
FROM centres
LEFT JOIN totals ON totals.prediction = centres.cluster
ORDER BY centres.cluster;
