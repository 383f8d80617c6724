-- The first places of messages that were resent, once or more. All are in one partition, at rising offsets.
WITH RECURSIVE chain AS (
    SELECT resent_partition, resent_offset, kafka_partition, kafka_offset
    FROM Resent_Messages
    WHERE (resent_partition, resent_offset) IN %s
    UNION ALL
    SELECT chain.resent_partition, chain.resent_offset, earlier.kafka_partition, earlier.kafka_offset
    FROM chain
    JOIN Resent_Messages AS earlier
        ON earlier.resent_partition = chain.kafka_partition AND earlier.resent_offset = chain.kafka_offset
)
SELECT resent_partition, resent_offset, MIN(kafka_offset)
FROM chain
GROUP BY resent_partition, resent_offset
