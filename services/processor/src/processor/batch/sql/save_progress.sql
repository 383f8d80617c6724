UPDATE Stream_Progress
SET next_offset = %s, last_timestamp = %s, last_crc32 = %s
WHERE kafka_partition = %s
