-- Counts every line: 2.4 s at 5.4 million. Never for a request, only in the background.
SELECT kafka_partition, lines_read, british, other, rejected, difference FROM Reconciliation
