"""The Spark session; its settings are in spark-defaults.conf."""

from pyspark.sql import SparkSession


def start() -> SparkSession:
    """Start Spark inside this container."""
    spark = SparkSession.builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark
