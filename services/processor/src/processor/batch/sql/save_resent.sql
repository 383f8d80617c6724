INSERT INTO Resent_Messages (kafka_partition, kafka_offset, resent_partition, resent_offset) VALUES (%s, %s, %s, %s)
