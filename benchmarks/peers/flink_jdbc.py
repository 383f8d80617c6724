"""Flink's Kafka source, csv format and JDBC sink: the statements of flink_jdbc.sql in Flink's SQL client.

    python flink_jdbc.py MESSAGES

Each flush commits its rows alone, and the checkpoint comes behind: a crash between doubles what was written.
Prints rows/s from the moment that the first source runs to that of the job's end, both by Flink's log.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory

from target import BATCH, COLUMNS, JDBC, KAFKA, TOPIC, UNITED_KINGDOM, password

HERE = Path(__file__).parent
# What Flink reaches by reflection, as its own configuration opens it.
OPENED = (
    "lang", "lang.invoke", "lang.reflect", "net", "io", "nio", "text", "time", "util", "util.concurrent",
    "util.concurrent.atomic", "util.concurrent.locks",
)  # fmt: skip
JAVA = (
    "java", "-Xmx2g", "-XX:+UseParallelGC", f"-Dlog4j.configurationFile={HERE / 'flink-log4j2.properties'}",
    *(f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in OPENED),
    "-cp", "/opt/flink/lib/*", "org.apache.flink.table.client.SqlClient",
)  # fmt: skip
RUNS = re.compile(r"(\d+) Source: .* to RUNNING\.")
ENDS = re.compile(r"(\d+) Job .* to FINISHED\.")


def main() -> None:
    """Copy what waits in the topic and print rows/s."""
    with TemporaryDirectory() as folder:
        Path(folder, "config.yaml").write_text("taskmanager.numberOfTaskSlots: 2\n")
        job = Path(folder, "job.sql")
        job.write_text(statements())
        done = subprocess.run(
            [*JAVA, "-f", job], env={**os.environ, "FLINK_CONF_DIR": folder}, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    runs, ends = RUNS.findall(done.stdout), ENDS.findall(done.stdout)
    if not runs or not ends:
        raise SystemExit(done.stdout)
    print(round(int(sys.argv[1]) / ((int(ends[-1]) - int(runs[0])) / 1000)))


def statements() -> str:
    """Return the job."""
    return Template((HERE / "flink_jdbc.sql").read_text()).substitute(
        topic=TOPIC, kafka=KAFKA, jdbc=JDBC, password=password(), batch=BATCH, columns=", ".join(COLUMNS),
        united_kingdom=UNITED_KINGDOM,
    )  # fmt: skip


if __name__ == "__main__":
    main()
