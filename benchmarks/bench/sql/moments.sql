-- When the first micro-batch started, and when the first and the last one were committed, UTC.
SELECT
    MIN(IF(batch = 1, committed_at - INTERVAL seconds SECOND, NULL)),
    MIN(committed_at),
    MAX(committed_at)
FROM Batch_Log
