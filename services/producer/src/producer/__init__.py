"""Streams the sales lines of a workbook into Kafka, each of them once."""
