-- Customers and their groups as an analyst reads them.

CREATE OR REPLACE VIEW British_Customers AS
SELECT
    sales.CustomerID,
    sales.first_purchase,
    sales.last_purchase,
    sales.frequency,
    sales.monetary,
    members.segment
FROM Customer_Sales AS sales
LEFT JOIN Segment_Members AS members USING (CustomerID);

-- Recency counts from the newest sale in the stream, not from today, so it is never stored.
CREATE OR REPLACE VIEW British_Customers_RFM AS
SELECT
    customers.CustomerID,
    GREATEST(DATEDIFF(state.newest_sale, customers.last_purchase), 0) AS recency,
    customers.frequency,
    customers.monetary,
    customers.segment,
    history.name
FROM British_Customers AS customers
CROSS JOIN Stream_State AS state
CROSS JOIN Grouping_State AS made
LEFT JOIN Segment_History AS history ON history.version = made.version AND history.segment = customers.segment;

CREATE OR REPLACE VIEW Customer_Segments AS
SELECT
    history.segment,
    history.name,
    history.customers,
    history.share,
    history.mean_recency,
    history.median_recency,
    history.mean_frequency,
    history.median_frequency,
    history.mean_monetary,
    history.median_monetary,
    history.turnover,
    history.turnover_share,
    history.as_of,
    history.version
FROM Segment_History AS history
JOIN Grouping_State USING (version)
ORDER BY history.segment;
