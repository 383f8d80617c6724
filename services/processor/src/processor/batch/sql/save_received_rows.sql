INSERT INTO Stream_Sources (source, run, kafka_partition, last_row) VALUES (%s, %s, %s, %s)
ON DUPLICATE KEY UPDATE last_row = VALUES(last_row)
