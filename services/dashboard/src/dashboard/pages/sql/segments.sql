SELECT
    segment, name, customers, share, median_recency, median_frequency, median_monetary, turnover, turnover_share, as_of
FROM Customer_Segments
ORDER BY segment
