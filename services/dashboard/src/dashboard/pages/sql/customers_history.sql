SELECT version, segment, as_of, customers, turnover
FROM Segment_History
WHERE version > %(oldest)s
ORDER BY version, segment
