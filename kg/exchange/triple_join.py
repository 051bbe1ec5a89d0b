"""Joins the nodes of a linked lexicon: in memory while they are few, else in a database on disk that is thrown away.

So the memory it takes is bounded, whatever the size and order of the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from isogloss.data.scratch import scratch_folder

HELD = 100_000  # rows of a table in memory before they are written to disk; a size limit, round number

# Every table's first column is the number of a node. A node that is described in several places has several rows.
TABLES = {
    "entry": ("word", "language", "pos", "form"),
    "sense": ("entry",),
    "text": ("value",),
    "translation": ("entry", "language", "word", "gloss"),
    "relation": ("source", "target", "category", "by", "sense", "facts", "run", "place"),
    "member": ("sense",),
    "concept": ("key", "by", "pos", "definition"),
    "run": ("method", "settings", "seed", "version", "started"),
    "origin": ("title", "licence", "version", "url", "kind", "quality"),
}
_SEVERAL = ("member",)  # all rows of a node count, not one
_TRANSLATIONS = (
    "SELECT e.word, e.language, e.pos, t.word, t.language, g.value FROM translation t JOIN entry e ON e.node = t.entry "
    "LEFT JOIN text g ON g.node = t.gloss WHERE t.word IS NOT NULL"
)
_RELATIONS = (
    "SELECT a.word, a.language, a.pos, b.word, b.language, b.pos, r.category, v.value, r.by, r.sense, r.facts, r.run, "
    "r.place "
    "FROM relation r "
    "LEFT JOIN sense s ON s.node = r.source LEFT JOIN sense t ON t.node = r.target "
    "JOIN entry a ON a.node = coalesce(s.entry, r.source) JOIN entry b ON b.node = coalesce(t.entry, r.target) "
    "LEFT JOIN text v ON v.node = r.node"
)
_MEMBERS = (
    "SELECT m.node, c.key, c.by, c.pos, c.definition, e.word, e.language, e.pos FROM member m "
    "LEFT JOIN concept c ON c.node = m.node LEFT JOIN sense s ON s.node = m.sense "
    "JOIN entry e ON e.node = coalesce(s.entry, m.sense) ORDER BY m.node"
)

Row = tuple[Any, ...]


class Scratch:
    """Rows to be joined; ``None`` is what a row does not know."""

    def __init__(self, connection: sqlite3.Connection, max_rows: int) -> None:
        self.connection = connection
        self.max_rows = max_rows
        self.held: dict[str, list[Row]] = {name: [] for name in TABLES}  # append rows here, then call ``spill``
        self._written: set[str] = set()  # the tables that have rows on disk
        self._gathered = False
        for name, columns in TABLES.items():
            connection.execute(f"CREATE TABLE {name}_row (node, {', '.join(columns)})")

    def spill(self) -> None:
        """Write the rows of tables that have grown too large; to be called now and then."""
        for table, held in self.held.items():
            if len(held) >= self.max_rows:
                self._write(table)

    def origins(self) -> Iterable[Row]:
        """The node of each source, and what is said of it."""
        return _merged(self.held["origin"]).values() if not self._written else self._joined("SELECT * FROM origin")

    def runs(self) -> Iterable[Row]:
        """The node of each run, and what is said of it."""
        return _merged(self.held["run"]).values() if not self._written else self._joined("SELECT * FROM run")

    def translations(self) -> Iterable[Row]:
        """Word, language and part of speech; the word and language of its translation; the gloss."""
        return self._joined(_TRANSLATIONS) if self._written else self._held_translations()

    def relations(self) -> Iterable[Row]:
        """Word, language and part of speech of either end; category, weight and source; sense, facts, run and place.

        Facts are JSON, source and run are nodes.
        """
        return self._joined(_RELATIONS) if self._has("relation") else ()

    def members(self) -> Iterable[Row]:
        """Concepts, their key, the node of the source, part of speech, definition; word, language and part of speech.

        Sorted by concept.
        """
        return self._joined(_MEMBERS) if self._has("member") else ()

    def _has(self, table: str) -> bool:
        return bool(self.held[table]) or table in self._written

    def _held_translations(self) -> Iterator[Row]:
        entries, glosses = _merged(self.held["entry"]), _merged(self.held["text"])
        nothing = None, None
        for _, of, into, target, gloss in _merged(self.held["translation"]).values():
            if target is None or of not in entries:
                continue
            _, word, language, tag, form = entries[of]
            if word is None and form in entries:
                _, word, spoken, *_ = entries[form]
                language = spoken if language is None else language
            yield word, language, tag, target, into, glosses.get(gloss, nothing)[1]

    def _joined(self, query: str) -> Iterator[Row]:
        self._gather()
        yield from self.connection.execute(query)

    def _gather(self) -> None:
        """Make one row for each node of what its rows know."""
        if self._gathered:
            return
        self._gathered = True
        for table, columns in TABLES.items():
            self._write(table)
            expressions = ", ".join(columns if table in _SEVERAL else (f"max({name}) AS {name}" for name in columns))
            once = "" if table in _SEVERAL else "GROUP BY node"
            self.connection.execute(f"CREATE TABLE {table} AS SELECT node, {expressions} FROM {table}_row {once}")
            self.connection.execute(f"DROP TABLE {table}_row")
            self.connection.execute(f"CREATE INDEX {table}_node ON {table} (node)")
        self.connection.execute(
            "UPDATE entry SET word = f.word, language = coalesce(entry.language, f.language) FROM entry f "
            "WHERE f.node = entry.form AND entry.word IS NULL"
        )

    def _write(self, table: str) -> None:
        places = ", ".join("?" * (1 + len(TABLES[table])))
        self.connection.executemany(f"INSERT INTO {table}_row VALUES ({places})", self.held[table])
        self.held[table].clear()
        self._written.add(table)


def _merged(rows: Iterable[Row]) -> dict[int, Row]:
    """One row for each node of what its rows know; of two values the greater."""
    by_node: dict[int, Row] = {}
    for row in rows:
        before = by_node.setdefault(row[0], row)
        if before is not row:
            by_node[row[0]] = tuple(_greater(*pair) for pair in zip(before, row, strict=True))
    return by_node


def _greater(one: Any, other: Any) -> Any:
    return other if one is None or (other is not None and other > one) else one


@contextmanager
def scratch(max_rows: int = HELD) -> Iterator[Scratch]:
    """Tables that go when the block ends; ``max_rows`` rows of each are held in memory."""
    with scratch_folder() as folder:
        connection = sqlite3.connect(folder / "scratch.db", isolation_level=None)
        try:
            for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-64000", "temp_store=FILE"):
                connection.execute(f"PRAGMA {setting}")
            connection.execute("BEGIN")
            yield Scratch(connection, max_rows)
        finally:
            connection.close()
