"""The account of an error that isogloss did not expect, in a file to send."""

from __future__ import annotations

import platform
import sys
import tempfile
import traceback
from pathlib import Path

from isogloss.data.addresses import masked


def reported(error: BaseException) -> Path:
    """A new text file with the error, the command and the versions, all without passwords.

    Raises:
        OSError: It cannot be written.
    """
    from isogloss import __version__

    lines = [
        f"isogloss {__version__}, Python {platform.python_version()}, {platform.platform()}",
        " ".join(masked(argument) for argument in sys.argv[1:]),
        "",
        *map(masked, "".join(traceback.format_exception(error)).splitlines()),
    ]
    with tempfile.NamedTemporaryFile(
        "w", prefix="isogloss-fault-", suffix=".txt", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as stream:
        stream.write("\n".join(lines))
    return Path(stream.name)
