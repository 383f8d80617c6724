INSERT INTO Batch_Offsets (batch, kafka_partition, first_offset, next_offset) VALUES (%s, %s, %s, %s)
