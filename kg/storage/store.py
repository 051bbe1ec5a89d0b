"""A connection to the tables, through the driver of the database: single reads take microseconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from isogloss.data.errors import IsoglossError
from isogloss.kg.storage.sqlite import graph_error, is_left_half_done, undo_half_done

ROWS = 200  # of one INSERT: twice as fast as ``executemany``, and more are no faster (``benchmarks.speed.graph``)
_ARRAY = 10_000  # keys of one statement on a server; round number

Row = Any  # a tuple of whatever the query selects


class Store:
    """An open database of the graph's tables; threads may share it, and wait for each other."""

    postgres = False
    is_new = False

    def __init__(self, connection: Any, path: Path | str, *, error: type[Exception] = sqlite3.Error) -> None:
        self.connection = connection  # of the driver, as PEP 249 has it; it commits only when graph_error to
        self.path = path  # a file, or the URL of a database without its password
        self.lock = RLock()  # held while the connection is used: no driver lets two threads do so at once
        self._errors = error, UnicodeError, OverflowError  # what the driver raises, also of values and damaged files
        self.sound = False  # its content was looked through, and nothing was found wrong
        self.moment: int | None = None  # the number of the snapshot that is open
        self._snapshots = 0  # that have been opened
        self._in_snapshot = 0  # blocks of ``snapshot`` that are open
        self._began = False  # whether they are a transaction of their own
        self._cursor = connection.cursor()

    def close(self) -> None:
        """Let go of the file."""
        with self.lock:
            self._cursor.close()
            self.connection.close()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query.

        Raises:
            GraphError: The file is damaged or has gone.
        """
        try:
            with self.lock:
                rows: list[Row] = self._asked(self._cursor, query, values).fetchall()
        except self._errors as error:
            raise self._explained(error) from error
        return rows

    def value(self, query: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, ``None`` where there is no row."""
        rows = self.rows(query, values)
        return rows[0][0] if rows else None

    def stream(self, query: str, values: Sequence[Any] = (), *, size: int = 10_000) -> Iterator[list[Row]]:
        """The rows of a long query, ``size`` at a time."""
        try:
            with self.lock:
                cursor = self.connection.cursor()
                self._asked(cursor, query, values)
            try:
                while batch := self._fetched(cursor, size):
                    yield list(batch)
            finally:
                with self.lock:
                    cursor.close()
        except self._errors as error:
            raise self._explained(error) from error

    @property
    def dialect(self) -> str:
        """What SQLAlchemy calls the database."""
        return "postgresql" if self.postgres else "sqlite"

    def set_version(self, version: int) -> None:
        """Note the version of the tables."""
        if self.postgres:
            self.run("UPDATE meta SET value = ? WHERE key = 'schema_version'", (str(version),))
        else:
            self.run(f"PRAGMA user_version={version}")

    def data_version(self) -> int:
        """A number that changes when another connection has written; 0 where none can be seen to."""
        return 0 if self.postgres else int(self.value("PRAGMA data_version"))

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read in the block is of one state, whatever others write meanwhile; they wait for its end.

        Threads that share the connection share the snapshot.
        """
        if self.postgres:  # a session is one snapshot as a whole
            yield
            return
        with self.lock:
            if not self._in_snapshot and not self.connection.in_transaction:
                self.run("BEGIN")
                self._began = True
                self._snapshots += 1
                self.moment = self._snapshots
            self._in_snapshot += 1
        try:
            yield
        finally:
            with self.lock:
                self._in_snapshot -= 1
                if not self._in_snapshot and self._began:
                    self._began = False
                    self.moment = None
                    self.run("COMMIT")

    def in_chunks(self, query: str, keys: Iterable[Any], before: Sequence[Any] = ()) -> Iterator[Row]:
        """The rows of ``query`` for any number of ``keys``, which take the place of ``{keys}`` in it.

        A server gets them as one array: a statement whose text is always the same is prepared once.
        """
        keys = list(keys)
        if self.postgres:
            numbers = bool(keys) and isinstance(keys[0], int)
            query = query.replace("IN ({keys})", "= ANY(?::bigint[])" if numbers else "= ANY(?)").format()
            for start in range(0, len(keys), _ARRAY):
                chunk = keys[start : start + _ARRAY]
                yield from self.rows(query, [*before, bigints(chunk) if numbers else chunk])
            return
        for start in range(0, len(keys), ROWS):
            chunk = keys[start : start + ROWS]
            yield from self.rows(query.format(keys=marks(len(chunk))), [*before, *chunk])

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """A statement that changes something.

        Raises:
            GraphError: The database or the disk refuses.
        """
        self._execute(self._spoken(statement), values)

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        data: Sequence[Any],
        *,
        watched: Callable[[range], Iterable[int]] = lambda steps: steps,
        conflict: str = "",
    ) -> None:
        """Rows given column by column, lists or arrays, in multi-row statements; ``conflict`` is an SQL clause."""
        width, total = len(columns), len(data[0])
        head = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
        statement = self._spoken(_statement(head, width, ROWS, conflict))
        for start in watched(range(0, total, ROWS)):
            count = min(ROWS, total - start)
            flat: list[Any] = [None] * (count * width)
            for column, values in enumerate(data):
                flat[column::width] = plain(values[start : start + count])
            self._execute(statement if count == ROWS else self._spoken(_statement(head, width, count, conflict)), flat)

    @contextmanager
    def unchecked(self, table: str) -> Iterator[None]:  # noqa: ARG002 (of a database that checks each row)
        """The place to load very many rows into a table that was empty; a file checks nothing meanwhile anyway."""
        yield

    def bytes(self) -> int:
        """How much room the tables take, 0 where there is no file yet."""
        if self.postgres:
            return int(self.value("SELECT pg_database_size(current_database())"))
        path = Path(self.path)
        return path.stat().st_size if path.exists() else 0

    def _fetched(self, cursor: Any, size: int) -> Sequence[Row]:
        with self.lock:
            batch: Sequence[Row] = cursor.fetchmany(size)
        return batch

    def _asked(self, cursor: Any, query: str, values: Sequence[Any]) -> Any:
        """The cursor, after it has begun a query."""
        while True:
            try:
                return cursor.execute(self._spoken(query), values)
            except self._errors as error:
                if not is_left_half_done(error):
                    raise
                undo_half_done(Path(self.path))

    def _execute(self, statement: str, values: Sequence[Any]) -> None:
        try:
            with self.lock:
                self._cursor.execute(statement, values)
        except self._errors as error:
            raise self._explained(error) from error

    def _explained(self, error: Exception) -> IsoglossError:
        return graph_error(self.path, error)

    def _spoken(self, query: str) -> str:
        """A query in the words of the driver: PostgreSQL's marks places for values with ``%s``."""
        return query.replace("?", "%s") if self.postgres else query


def bigints(numbers: Iterable[int]) -> str:
    """An array of PostgreSQL as text, for ``?::bigint[]``: psycopg takes a list in ten times the time."""
    return f"{{{','.join(map(str, numbers))}}}"


def marks(count: int) -> str:
    """``count`` places for values."""
    return ", ".join("?" * count)


def _statement(head: str, width: int, rows: int, conflict: str) -> str:
    return f"{head}{', '.join([f'({marks(width)})'] * rows)} {conflict}"


def plain(values: Any) -> Sequence[Any]:
    """The values of a numpy array as Python's own numbers, all at once."""
    plain: Sequence[Any] = values.tolist() if hasattr(values, "tolist") else values
    return plain
