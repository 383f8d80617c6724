"""Load lines (tab-separated, from standard input) into MariaDB with one LOAD DATA LOCAL, timed.

    python load.py TABLE COLUMN...

By the same client and network path as the processor's, without its other work. Prints rows/s.
"""

import os
import shutil
import sys
import time

import pymysql


def main() -> None:
    """Read the lines into memory, then load them."""
    table, *columns = sys.argv[1:]
    descriptor = os.memfd_create("lines")
    with os.fdopen(descriptor, "wb", closefd=False) as file:
        shutil.copyfileobj(sys.stdin.buffer, file)
    password = os.environ["MARIADB_ROOT_PASSWORD"]
    connection = pymysql.connect(
        host="mariadb", user="root", password=password, database="kappa-view", charset="utf8mb4", local_infile=True
    )
    with connection, connection.cursor() as cursor:
        begin = time.monotonic()
        rows = cursor.execute(
            f"LOAD DATA LOCAL INFILE '/proc/self/fd/{descriptor}' INTO TABLE {table} ({','.join(columns)})"
        )
        connection.commit()
        print(round(rows / (time.monotonic() - begin)))


if __name__ == "__main__":
    main()
