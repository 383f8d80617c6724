"""From messages in Kafka to lines, and the thread that commits them."""
