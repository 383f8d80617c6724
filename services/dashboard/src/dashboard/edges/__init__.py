"""The two servers that the dashboard reads: MariaDB, and of Kafka the end offsets."""
