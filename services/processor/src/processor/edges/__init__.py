"""MariaDB and Kafka, as the other rooms see them."""
