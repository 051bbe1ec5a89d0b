"""Where a graph is: a file, or a database of a server, whose password no message shows."""

from __future__ import annotations

import re
from pathlib import Path

from isogloss.data.addresses import masked
from isogloss.data.errors import GraphError

_SERVER = re.compile(r"(postgresql(?:\+\w+)?):/+(.*)", re.DOTALL)
_SQLITE = re.compile(r"sqlite(?:\+pysqlite)?:///(.+)", re.DOTALL)
_ADDRESS = re.compile(r"[A-Za-z][\w+.-]+:/")


def server_of(place: Path | str) -> str | None:
    """The URL of a PostgreSQL database, ``None`` where ``place`` is none; a ``Path`` has lost a slash of it."""
    match = _SERVER.fullmatch(str(place))
    if match is None:
        return None
    scheme = "postgresql+psycopg" if match[1] == "postgresql" else match[1]
    return f"{scheme}://{match[2]}"


def file_of(place: Path | str) -> Path:
    """The file that a path or an SQLAlchemy URL of SQLite names.

    Raises:
        GraphError: It is the URL of something else.
    """
    if (match := _SQLITE.fullmatch(str(place))) is not None:
        return _resolved(Path(match[1]))
    if _ADDRESS.match(str(place)):
        raise GraphError(
            f"{masked(place)}: found a URL of another database, expected a file, sqlite:///FILE or postgresql://…"
        )
    return _resolved(Path(place))


def _resolved(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError) as error:  # links that lead in a circle
        raise GraphError(f"{path}: cannot be found ({error}), expected a file; check the path and its links") from error
