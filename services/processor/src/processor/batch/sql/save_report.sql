INSERT INTO Batch_Log (
    batch, generation, inertia, committed_at, lines_read, british, customers, other, rejected, repeated, turnover,
    seconds, lines_per_second, lag, latency_p50, latency_p99
)
VALUES (
    %(batch)s, %(generation)s, %(inertia)s, UTC_TIMESTAMP(3), %(lines_read)s, %(british)s, %(customers)s, %(other)s,
    %(rejected)s, %(repeated)s, %(turnover)s, %(seconds)s, %(lines_per_second)s, %(lag)s, %(latency_p50)s, %(latency_p99)s
)
