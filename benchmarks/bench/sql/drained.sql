-- Lines per second of the micro-batches in the log, from the start of the first one.
SELECT ROUND(SUM(lines_read) / (
    TIMESTAMPDIFF(MICROSECOND, MIN(committed_at), MAX(committed_at)) / 1e6
    + (SELECT seconds FROM Batch_Log WHERE batch = 1)
))
FROM Batch_Log
