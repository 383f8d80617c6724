SELECT kafka_partition, first_offset, next_offset, british, other, rejected, repeated
FROM Stream_Progress
ORDER BY kafka_partition
