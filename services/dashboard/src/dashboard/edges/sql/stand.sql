-- What the view stands at: one row, by primary keys.
SELECT
    state.last_batch AS batch,
    log.committed_at,
    TIMESTAMPDIFF(MICROSECOND, log.committed_at, UTC_TIMESTAMP(6)) / 1000000 AS commit_age,
    state.newest_sale,
    made.version     AS grouping_number,
    made.as_of       AS grouped_as_of,
    (SELECT MAX(grouped_at) FROM Segment_History WHERE version = made.version) AS grouped_at,
    (SELECT COALESCE(MAX(version), 0) FROM Segment_Products)                   AS products,
    (SELECT COUNT(*) FROM Erased_Customers)                                    AS erased
FROM Stream_State AS state
CROSS JOIN Grouping_State AS made
LEFT JOIN Batch_Log AS log ON log.batch = state.last_batch
