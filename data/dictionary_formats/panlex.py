"""Tables of PanLex's database, which are recognised to be refused: none of them has pairs of words by itself."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import FormatError
from isogloss.data.lines import head

_TABLES = (  # columns that the tables begin with
    ("id", "langvar", "txt"),
    ("id", "meaning", "expr"),
    ("id", "lang_code", "var_code"),
    ("id", "source"),
)


def matches(path: Path) -> bool:
    """Whether the first line of ``path`` names the columns of such a table."""
    first = head(path, 4096).split(b"\n", 1)[0].decode("utf-8", "replace") if path.is_file() else ""
    names = tuple(name.strip(' "\r').lower() for name in first.split(","))
    return any(names[: len(table)] == table for table in _TABLES)


def read(path: Path, source: str, target: str) -> Dictionary:
    """Never returns.

    Raises:
        FormatError: Always: words, meanings and languages stand in different tables.
    """
    found = "a table of PanLex's database, which has no pairs"
    expected = f"a table with the columns source and target; select {source} and {target} from panlex_lite with SQL"
    raise FormatError.at(path, 1, found, expected)
