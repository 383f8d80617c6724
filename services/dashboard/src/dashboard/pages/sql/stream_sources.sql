-- Few rows: one per file, run and partition.
SELECT source, run, MAX(last_row) AS last_row, COUNT(*) AS partitions
FROM Stream_Sources
GROUP BY source, run
ORDER BY source, run
LIMIT 200
