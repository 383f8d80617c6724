-- The newest rejects of a partition by rule: what a reason quotes, from its first quote to its last, becomes '...'. So
-- does a regular expression, which takes longer; so do longer texts.
SELECT
    LEFT(
        IF(reason LIKE '%%''%%''%%', CONCAT(SUBSTRING_INDEX(reason, '''', 1), '''...''', SUBSTRING_INDEX(reason, '''', -1)), reason),
        200
    )                    AS rule,
    COUNT(*)             AS messages,
    MAX(kafka_offset)    AS newest_offset,
    MAX(kafka_timestamp) AS newest
FROM (
    SELECT reason, kafka_offset, kafka_timestamp
    FROM Rejected_Online_Retail
    WHERE kafka_partition = %(partition)s
    ORDER BY kafka_offset DESC
    LIMIT %(newest)s
) AS rejected
GROUP BY rule
