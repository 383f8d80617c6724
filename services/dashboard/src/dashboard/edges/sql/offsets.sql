SELECT kafka_partition, next_offset FROM Stream_Progress
