-- Lines per second of the micro-batches in the log, from a given time.
SELECT ROUND(SUM(lines_read) / (TIMESTAMPDIFF(MICROSECOND, %s, MAX(committed_at)) / 1e6))
FROM Batch_Log
