-- The newest micro-batches, by the primary key.
SELECT batch, committed_at, lines_read, lines_per_second, lag, latency_p50, latency_p99, seconds
FROM Batch_Log
ORDER BY batch DESC
LIMIT %(batches)s
