"""A mistake of the one who runs the stack: it gets a sentence, not a traceback."""

EXIT_CODE = 78  # EX_CONFIG of sysexits.h
ANEW = (
    "To make the view anew from what the topic holds, remove MariaDB's volume: docker compose down; "
    "docker volume rm kappa-retail_mariadb (with another project name, that one's); docker compose up"
)


class Mistake(Exception):  # noqa: N818 - it is no error of the program
    """What is wrong, where, and the way out, in a sentence."""
