SELECT source, run, kafka_partition, last_row
FROM Stream_Sources
WHERE (source, run, kafka_partition) IN %s
