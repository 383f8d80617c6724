SELECT DISTINCT
    MEDIAN(recency) OVER ()   AS recency,
    MEDIAN(frequency) OVER () AS frequency,
    MEDIAN(monetary) OVER ()  AS monetary
FROM British_Customers_RFM
WHERE segment IS NOT NULL
