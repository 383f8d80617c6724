UPDATE Stream_Progress
SET
    next_offset = %s, last_timestamp = %s, last_crc32 = %s,
    british = british + %s, other = other + %s, rejected = rejected + %s, repeated = repeated + %s
WHERE kafka_partition = %s
