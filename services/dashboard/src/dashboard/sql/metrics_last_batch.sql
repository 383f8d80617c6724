-- Of the last micro-batch; the inertia of the last one with British lines, looked for in the last 1,000.
SELECT
    log.seconds,
    log.latency_p50,
    log.latency_p99,
    (
        SELECT inertia FROM Batch_Log
        WHERE batch > GREATEST(log.batch, 1000) - 1000 AND inertia IS NOT NULL ORDER BY batch DESC LIMIT 1
    ) AS inertia
FROM Batch_Log AS log
ORDER BY log.batch DESC
LIMIT 1
