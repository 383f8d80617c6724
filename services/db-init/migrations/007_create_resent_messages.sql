-- Rejected messages that were sent once more after the cause was mended.
-- Written by: processor, in the transaction of the micro-batch that holds the second sending.
-- Read by: processor, engineers.

CREATE TABLE IF NOT EXISTS Resent_Messages (
    kafka_partition  SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the topic that holds the rejected message',
    kafka_offset     BIGINT UNSIGNED   NOT NULL COMMENT 'Place of the rejected message in its partition',
    resent_partition SMALLINT UNSIGNED NOT NULL COMMENT 'Partition of the message that carried it again',
    resent_offset    BIGINT UNSIGNED   NOT NULL COMMENT 'Place of the message that carried it again',
    PRIMARY KEY (kafka_partition, kafka_offset),
    UNIQUE KEY one_message_carries_one (resent_partition, resent_offset)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
  COMMENT = 'Rejected messages that were sent again, each once, and where';

-- What may be sent again: rejected messages that repeat no line and have not been sent again.
CREATE OR REPLACE VIEW Open_Rejects AS
SELECT
    rejected.kafka_partition,
    rejected.kafka_offset,
    rejected.kafka_timestamp,
    rejected.reason
FROM Rejected_Online_Retail AS rejected
LEFT JOIN Resent_Messages AS resent USING (kafka_partition, kafka_offset)
WHERE rejected.reason NOT LIKE 'already received%' AND resent.kafka_offset IS NULL;
