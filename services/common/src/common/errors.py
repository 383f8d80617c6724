"""What only the user can fix."""

EXIT_CODE = 78  # EX_CONFIG of sysexits.h


class UserError(Exception):
    """An error of the one who runs the stack: what is wrong, where, and the way out, without a traceback."""
