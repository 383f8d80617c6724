"""Access to MariaDB and Kafka."""
