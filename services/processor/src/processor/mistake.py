"""A mistake of the one who runs the stack: it gets a sentence, not a traceback."""

EXIT_CODE = 78  # EX_CONFIG of sysexits.h
ANEW = (
    "To make the view anew from what the topic holds: make rebuild (without make: docker compose stop processor; "
    "docker compose run --rm db-init python -m db_init.rebuild; docker compose up)"
)


class Mistake(Exception):  # noqa: N818 - it is no error of the program
    """What is wrong, where, and the way out, in a sentence."""
