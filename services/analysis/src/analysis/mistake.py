"""A mistake of the one who runs a program: it gets a sentence, not a traceback."""

EXIT_CODE = 78  # EX_CONFIG of sysexits.h


class Mistake(Exception):  # noqa: N818 - it is no error of the program
    """What is wrong, where, and the way out, in a sentence."""
