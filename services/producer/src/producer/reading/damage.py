"""What the libraries raise over a file that they cannot read, as a user error."""

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
# calamine's own limit for .ods.
TOO_LARGE = "Cell limit exceeded"


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what is raised over a damaged file into a UserError; `where` is what a person calls the file."""
    try:
        yield
    except PasswordError:
        raise encrypted(where) from None
    except MemoryError:
        raise too_large(where) from None
    except OSError as error:
        # With a number it is the disk's; without one a library's, as is a place before the start of the file.
        if error.errno not in {None, errno.EINVAL}:
            raise
        raise damaged(where, error) from None
    except DAMAGE as error:
        raise (too_large(where) if TOO_LARGE in str(error) else damaged(where, error)) from None
    except BaseException as error:
        # calamine's panic is no Exception, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(where, "it violates the format") from None


def encrypted(where: str) -> UserError:
    """Return the error of a workbook that has a password."""
    return UserError(f"{where} is encrypted: save it without a password.")


def damaged(where: str, reason: object) -> UserError:
    """Return the error of a file that cannot be read."""
    return UserError(f"{where} is damaged or incomplete ({reason}): copy, download or save it again.")


def too_large(where: str) -> UserError:
    """Return the error of a workbook that takes more memory than there is."""
    return UserError(
        f"{where} needs too much memory, usually because of a cell far from the table: delete the rows below and the "
        "columns beside the table, or save the file as .xlsx or .csv."
    )
