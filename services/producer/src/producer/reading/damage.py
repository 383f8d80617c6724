"""Turns the libraries' exceptions about an unreadable file into user errors."""

import errno
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from python_calamine import CalamineError, PasswordError

from common.errors import UserError

DAMAGE = (
    CalamineError,
    BadZipFile,
    zlib.error,
    ParseError,
    ExpatError,
    EOFError,
    LookupError,
    ValueError,
    RuntimeError,
)
# calamine's limit for .ods.
TOO_LARGE = "Cell limit exceeded"


@contextmanager
def as_user_errors(where: str) -> Iterator[None]:
    """Turn exceptions about a damaged file into a UserError; `where` names the file."""
    try:
        yield
    except PasswordError:
        raise encrypted(where) from None
    except MemoryError:
        raise too_large(where) from None
    except OSError as error:
        # With a number it comes from the disk; without one from a library, as does an offset before the file's start.
        if error.errno not in {None, errno.EINVAL}:
            raise
        raise damaged(where, error) from None
    except DAMAGE as error:
        raise (too_large(where) if TOO_LARGE in str(error) else damaged(where, error)) from None
    except BaseException as error:
        # calamine's panic is not an Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(where, "it violates the format") from None


def encrypted(where: str) -> UserError:
    """Return the error for a workbook with a password."""
    return UserError(f"{where} is encrypted: save it without a password.")


def damaged(where: str, reason: object) -> UserError:
    """Return the error for a file that cannot be read."""
    return UserError(f"{where} is damaged or incomplete ({reason}): copy, download or save it again.")


def too_large(where: str) -> UserError:
    """Return the error for a workbook that needs more memory than allowed."""
    return UserError(
        f"{where} needs too much memory, usually because of a cell far from the table: delete the rows below and the "
        "columns beside the table, or save the file as .xlsx or .csv."
    )
