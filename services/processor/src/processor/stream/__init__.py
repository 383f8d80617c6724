"""Messages from Kafka, as lines, into the hands of the thread that commits them."""
