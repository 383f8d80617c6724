"""The Spark session; its settings are in spark-defaults.conf and log4j2.properties."""

from pyspark.sql import SparkSession


def start() -> SparkSession:
    """Start Spark inside this container."""
    return SparkSession.builder.getOrCreate()
