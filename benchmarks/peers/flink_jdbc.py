"""Flink's Kafka source, csv format and JDBC sink: the statements of flink_jdbc.sql by Flink's Table API.

    python flink_jdbc.py MESSAGES

Each flush commits its rows alone, and the checkpoint comes later: a crash in between writes them twice.
Prints rows/s of the job's net run time by Flink, without its start.
"""

import os
import sys
from pathlib import Path
from string import Template

from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway
from target import BATCH, COLUMNS, JDBC, KAFKA, TOPIC, UNITED_KINGDOM, password

# Packages that Flink uses by reflection, as in its own configuration.
OPENED = (
    "lang", "lang.invoke", "lang.reflect", "net", "io", "nio", "text", "time", "util", "util.concurrent",
    "util.concurrent.atomic", "util.concurrent.locks",
)  # fmt: skip
JAVA = ["-Xmx2g", "-XX:+UseParallelGC", *(f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in OPENED)]
SETTINGS = {
    "parallelism.default": "2",
    "pipeline.object-reuse": "true",
    # After a crash, messages since the last checkpoint are read again.
    "execution.checkpointing.interval": "10 s",
}


def main() -> None:
    """Copy the waiting messages and print rows/s."""
    (py4j,) = Path(os.environ["SPARK_HOME"], "jars").glob("py4j-*.jar")
    port = launch_gateway(classpath="/opt/flink/lib/*", jarpath=str(py4j), javaopts=JAVA, die_on_exit=True)
    flink = JavaGateway(gateway_parameters=GatewayParameters(port=port, auto_convert=True)).jvm
    table = flink.org.apache.flink.table.api
    environment = table.TableEnvironment.create(table.EnvironmentSettings.newInstance().inStreamingMode().build())
    for name, value in SETTINGS.items():
        environment.getConfig().set(name, value)
    *tables, job = statements()
    for statement in tables:
        environment.executeSql(statement)
    done = environment.executeSql(job).getJobClient().get().getJobExecutionResult().get()
    print(round(int(sys.argv[1]) / (done.getNetRuntime() / 1000)))


def statements() -> list[str]:
    """Return the tables and the job; Flink takes one statement at a time."""
    filled = Template(Path(__file__).with_suffix(".sql").read_text()).substitute(
        topic=TOPIC, kafka=KAFKA, jdbc=JDBC, password=password(), batch=BATCH, columns=", ".join(COLUMNS),
        united_kingdom=UNITED_KINGDOM,
    )  # fmt: skip
    _comment, *statements = filled.split("\n\n")
    return statements


if __name__ == "__main__":
    main()
