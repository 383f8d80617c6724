SELECT kafka_partition, kafka_offset
FROM Open_Rejects
WHERE (kafka_partition, kafka_offset) IN %s
