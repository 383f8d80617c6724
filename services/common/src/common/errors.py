"""Errors that only the user can fix."""

EXIT_CODE = 78  # EX_CONFIG of sysexits.h


class UserError(Exception):
    """A wrong setting or input: the text has what is wrong, where, and the way out; no traceback is logged."""
