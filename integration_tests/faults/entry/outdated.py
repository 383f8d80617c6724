"""The processor as if it were older than the messages: their contract's version is unknown to it."""

import sys

from processor.__main__ import main  # type: ignore[import-not-found]
from processor.stream import fields  # type: ignore[import-not-found]

if __name__ == "__main__":
    fields.CONTRACT = "0"
    sys.exit(main())
