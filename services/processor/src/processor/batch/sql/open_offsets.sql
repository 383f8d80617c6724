SELECT kafka_offset
FROM Open_Rejects
WHERE
    kafka_partition = %(partition)s AND kafka_offset >= %(start)s AND kafka_offset < %(stop)s
    AND LEFT(reason, CHAR_LENGTH(%(reason)s)) = %(reason)s
ORDER BY kafka_offset
LIMIT %(limit)s
