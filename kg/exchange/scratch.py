"""Joins the nodes of a linked lexicon in a database on disk that is thrown away: the memory it takes is bounded."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_HELD = 20_000  # rows of a table in memory before they are written

# Every table's first column is the number of a node. A node that is described in several places has several rows.
TABLES = {
    "entry": ("word", "language", "pos", "form"),
    "sense": ("entry",),
    "text": ("value",),
    "translation": ("entry", "language", "word", "gloss"),
    "relation": ("source", "target", "category", "by"),
    "member": ("sense",),
    "concept": ("key", "by"),
    "origin": ("title", "licence", "version", "url", "kind", "quality"),
}
_SEVERAL = ("member",)  # all rows of a node count, not one


class Scratch:
    """Rows to be joined; ``None`` is what a row does not know."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._held: dict[str, list[Sequence[Any]]] = {name: [] for name in TABLES}
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name}_row (node, {', '.join(columns)})")

    def add(self, table: str, *row: Any) -> None:
        """Note a row: its node, then the columns."""
        held = self._held[table]
        held.append(row)
        if len(held) >= _HELD:
            self._write(table)

    def gather(self) -> None:
        """Make one row for each node of what its rows know."""
        for table, columns in TABLES.items():
            self._write(table)
            known = ", ".join(columns if table in _SEVERAL else (f"max({name}) AS {name}" for name in columns))
            once = "" if table in _SEVERAL else "GROUP BY node"
            self.connection.execute(f"CREATE TABLE {table} AS SELECT node, {known} FROM {table}_row {once}")
            self.connection.execute(f"DROP TABLE {table}_row")
            self.connection.execute(f"CREATE INDEX {table}_node ON {table} (node)")
        self.connection.execute(
            "UPDATE entry SET word = f.word, language = coalesce(entry.language, f.language) FROM entry f "
            "WHERE f.node = entry.form AND entry.word IS NULL"
        )

    def rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, a few at a time."""
        yield from self.connection.execute(query)

    def _write(self, table: str) -> None:
        places = ", ".join("?" * (1 + len(TABLES[table])))
        self.connection.executemany(f"INSERT INTO {table}_row VALUES ({places})", self._held[table])
        self._held[table] = []


@contextmanager
def scratch() -> Iterator[Scratch]:
    """Tables that go when the block ends."""
    with tempfile.TemporaryDirectory(prefix="isogloss-") as folder:
        connection = sqlite3.connect(Path(folder) / "scratch.db", isolation_level=None)
        try:
            for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-64000", "temp_store=FILE"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute("BEGIN")
            yield Scratch(connection)
        finally:
            connection.close()
