-- Micro-batches committed more than this many seconds after the first one: their number, lines, seconds from Kafka to commit.
WITH
warm AS (
    SELECT * FROM Batch_Log
    WHERE committed_at > (SELECT MIN(committed_at) FROM Batch_Log) + INTERVAL %s SECOND
)
SELECT
    (SELECT COUNT(*) FROM warm),
    (SELECT SUM(lines_read) FROM warm),
    ROUND(MEDIAN(latency_p50) OVER (), 2),
    ROUND(MEDIAN(latency_p99) OVER (), 2),
    ROUND(MAX(latency_p99) OVER (), 2)
FROM warm
LIMIT 1
