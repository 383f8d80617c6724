INSERT INTO Segment_History (
    version, batch, as_of, grouped_at, segment, name, customers, share, mean_recency, median_recency, mean_frequency,
    median_frequency, mean_monetary, median_monetary, turnover, turnover_share
)
VALUES (%s, %s, %s, UTC_TIMESTAMP(3), %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
