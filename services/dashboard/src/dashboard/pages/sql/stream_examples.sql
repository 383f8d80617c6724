SELECT
    rejected.kafka_partition, rejected.kafka_offset, rejected.kafka_timestamp, rejected.reason,
    LEFT(rejected.message, 300)      AS message,
    resent.kafka_offset IS NOT NULL  AS is_resent
FROM Rejected_Online_Retail AS rejected
LEFT JOIN Resent_Messages AS resent USING (kafka_partition, kafka_offset)
WHERE (rejected.kafka_partition, rejected.kafka_offset) IN %(places)s
