-- The books: nothing lost, nothing doubled.
-- Read by: analysts, engineers, tests. lines_read comes from the offsets, the rest is counted in the tables.

CREATE OR REPLACE VIEW Reconciliation AS
SELECT
    COALESCE(CAST(kafka_partition AS CHAR), 'all')             AS kafka_partition,
    SUM(lines_read)                                            AS lines_read,
    SUM(british)                                               AS british,
    SUM(other)                                                 AS other,
    SUM(rejected)                                              AS rejected,
    SUM(lines_read) - SUM(british) - SUM(other) - SUM(rejected) AS difference
FROM (
    SELECT kafka_partition, next_offset - first_offset AS lines_read, 0 AS british, 0 AS other, 0 AS rejected
    FROM Stream_Progress
    UNION ALL
    SELECT kafka_partition, 0, COUNT(*), 0, 0 FROM British_Online_Retail GROUP BY kafka_partition
    UNION ALL
    SELECT kafka_partition, 0, 0, COUNT(*), 0 FROM Other_Online_Retail GROUP BY kafka_partition
    UNION ALL
    SELECT kafka_partition, 0, 0, 0, COUNT(*) FROM Rejected_Online_Retail GROUP BY kafka_partition
) AS counted
GROUP BY kafka_partition WITH ROLLUP;
