-- MariaDB wants a partition; the one of NULL has all customers.
SELECT DISTINCT
    MEDIAN(customers.recency) OVER (PARTITION BY NULL)   AS recency,
    MEDIAN(customers.frequency) OVER (PARTITION BY NULL) AS frequency,
    MEDIAN(customers.monetary) OVER (PARTITION BY NULL)  AS monetary
FROM British_Customers_RFM AS customers
WHERE customers.segment IS NOT NULL
