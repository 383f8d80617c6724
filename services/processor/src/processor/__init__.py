"""Reads sales lines from Kafka, clusters the United Kingdom's and writes each line once to MariaDB."""
