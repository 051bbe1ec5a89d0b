"""What is particular to PostgreSQL: a graph in a database of a server, in place of a file.

The tables are those of ``kg.storage.tables``. A writing session is one transaction, so readers see the old graph until
it ends, and a killed import leaves it as it was. Words are sorted by code points, as in a file. Parts of words are
found by an index of trigrams (``pg_trgm``), where the server lets one be made; else all words of the language are read.
"""

from __future__ import annotations

import atexit
import logging
import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError

from isogloss.data.addresses import masked
from isogloss.data.errors import GraphError, MissingExtraError
from isogloss.data.extras import naming_extras
from isogloss.kg.storage.schema import RELATIONS, SEARCH_VIEW, VERSION
from isogloss.kg.storage.sqlite import GraphInUse, explanation
from isogloss.kg.storage.store import ROWS, Store, plain
from isogloss.kg.storage.tables import Base

PATIENCE = 60.0  # seconds that a session waits for its turn to write; round number
_PAUSE = 0.1  # seconds between two looks whether it has come; round number
_LOCK = 0x49534F47  # "ISOG": one writer at a time
_COPIED = 10_000  # rows between two reports of progress; round number
_CONSTRAINTS = (
    "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
    "WHERE conrelid = ?::regclass AND contype IN ('p', 'f') ORDER BY contype DESC"  # foreign keys need no index
)
_COLUMNS = (  # of the catalogue itself: the standard's view of it takes ten times as long
    "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
    "WHERE c.relnamespace = current_schema()::regnamespace AND a.attnum > 0 AND NOT a.attisdropped"
)
_TRIGRAMS = (
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX IF NOT EXISTS entry_trigram ON entry USING gin (coalesce(norm, lemma) gin_trgm_ops)",
)


class Server(Store):
    """An open database of a server; SQLAlchemy finds its driver and describes its tables."""

    postgres = True

    def __init__(self, engine: Engine, url: str) -> None:
        self.session = engine.connect()
        self.is_new = False  # whether this session has made the tables, so that nobody else can see them
        driver = engine.dialect.loaded_dbapi
        super().__init__(self.session.connection.driver_connection, url, error=driver.Error)
        if driver.__name__ == "psycopg":
            self._cursor = self.connection.cursor(binary=True)  # numbers need not be read from text

    def close(self) -> None:
        """Give the connection back; what was not committed is undone, also where the connection is lost."""
        with self.lock:
            for close in (self._cursor.close, self.session.close):
                with suppress(SQLAlchemyError, *self._errors):
                    close()

    def insert(
        self,
        table: str,
        columns: Sequence[str],
        data: Sequence[Any],
        *,
        watched: Callable[[range], Iterable[int]] = lambda steps: steps,
        conflict: str = "",
    ) -> None:
        """Many rows go in by ``COPY``, by way of a temporary table where some of them may be there already."""
        if len(data[0]) <= ROWS or not hasattr(self._cursor, "copy"):  # of other drivers than psycopg
            super().insert(table, columns, data, watched=watched, conflict=conflict)
            return
        names = ", ".join(columns)
        if not conflict:
            self._copy(f"{table} ({names})", data, watched)
            return
        self.run(f"CREATE TEMP TABLE copied AS SELECT {names} FROM {table} WITH NO DATA")
        self._copy("copied", data, watched)
        self.run(f"INSERT INTO {table} ({names}) SELECT {names} FROM copied {conflict}")
        self.run("DROP TABLE copied")

    @contextmanager
    def unchecked(self, table: str) -> Iterator[None]:
        """Rows are checked together at the end, and keys indexed then, where nobody else can see the table yet."""
        constraints = self.rows(_CONSTRAINTS, (table,)) if self.is_new else []
        # Foreign keys first: none refers to a key of this table.
        for name, _ in constraints:
            self.run(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        yield
        for name, definition in constraints:
            self.run(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')

    def _copy(self, into: str, data: Sequence[Any], watched: Callable[[range], Iterable[int]]) -> None:
        binary = all(_is_wide(values) for values in data)
        steps = range(0, len(data[0]), _COPIED)
        try:
            with self.lock, self._cursor.copy(f"COPY {into} FROM STDIN{' (FORMAT BINARY)' if binary else ''}") as copy:
                if binary:
                    copy.write(_HEAD)
                for start in watched(steps):
                    part = [values[start : start + _COPIED] for values in data]
                    if binary:
                        copy.write(_packed(part))
                        continue
                    for row in zip(*map(plain, part), strict=True):
                        copy.write_row(row)
                if binary:
                    copy.write(_TAIL)
        except self._errors as error:
            raise self._explained(error) from error


_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # of PostgreSQL's binary COPY format, with no flags and no extension
_TAIL = b"\xff\xff"


def _is_wide(values: Any) -> bool:
    """Whether a column is of numbers of eight bytes, as the tables have them."""
    return isinstance(values, range) or (isinstance(values, np.ndarray) and values.dtype in (np.int64, np.float64))


def _packed(columns: Sequence[NDArray[np.int64] | NDArray[np.float64] | range]) -> bytes:
    """Rows of numbers as ``COPY`` takes them in binary: the number of fields, then the size and value of each."""
    arrays = [np.asarray(column) for column in columns]
    fields: list[Any] = [("fields", ">i2")]
    for number, array in enumerate(arrays):
        fields += [(f"size{number}", ">i4"), (f"value{number}", f">{array.dtype.kind}8")]
    rows = np.empty(len(arrays[0]), dtype=fields)
    rows["fields"] = len(arrays)
    for number, array in enumerate(arrays):
        rows[f"size{number}"], rows[f"value{number}"] = 8, array
    return rows.tobytes()


@contextmanager
def writing(url: str, *, create: bool = True, patience: float = PATIENCE) -> Iterator[Store]:
    """Tables to write into, in one transaction that takes effect when the block ends well.

    Raises:
        GraphInUse: For all the seconds of ``patience`` others write.
        GraphError: The server cannot be reached, or the tables are of a newer version.
    """
    store = connected(url)
    try:
        store.run("BEGIN")
        _wait(store, patience)
        version = _version(store)
        if version is None and not create:
            raise _nothing(store)
        if version is None:
            Base.metadata.create_all(store.session)
            store.run(SEARCH_VIEW)
            store.insert("relation", ("id", "code", '"symmetric"', "inverse"), list(zip(*RELATIONS, strict=True)))
            store.insert("meta", ("key", "value"), (["made_by", "schema_version"], ["isogloss", str(VERSION)]))
            store.is_new = True
        elif version < VERSION:
            from isogloss.kg.storage.migrations import migrate

            migrate(store, version)
        _check(store)
        yield store
        _index_trigrams(store)
        store.run("COMMIT")
        if store.is_new:
            store.run("ANALYZE")  # later the server does so itself
    except SQLAlchemyError as error:
        raise GraphError(f"{store.path}: {_said(error)}") from error
    finally:
        store.close()


def reading(url: str) -> Store:
    """The tables as they are at this moment, read only; brought up to date if they are of an older version.

    Raises:
        GraphError: The server cannot be reached, or the database holds no graph of this version.
    """
    store = connected(url)
    try:
        store.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        store.run("SET LOCAL plan_cache_mode = force_generic_plan")  # short queries would be planned anew each time
        version = _version(store)
        if version is None:
            raise _nothing(store)
        if version == VERSION:
            _check(store)
            return store
    except SQLAlchemyError as error:
        store.close()
        raise GraphError(f"{store.path}: {_said(error)}") from error
    except BaseException:
        store.close()
        raise
    store.close()
    with writing(url):
        pass  # a session brings the tables up to date
    return reading(url)


def connected(url: str) -> Server:
    """A connection to a database, whether it holds a graph or not.

    Raises:
        GraphError: The server cannot be reached, or there is no driver of this name.
    """
    try:
        shown = masked(make_url(url).render_as_string(hide_password=True))  # a query may hold another password
    except (SQLAlchemyError, ValueError) as error:
        raise GraphError(f"{masked(url)}: not a database address, expected postgresql://USER@HOST/NAME") from error
    try:
        with naming_extras(shown):
            engine = _engine(url, os.getpid())
        return Server(engine, shown)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        if isinstance(error, MissingExtraError):
            raise
        raise GraphError(f"{shown}: no such database driver ({error}), expected postgresql://…") from error
    except SQLAlchemyError as error:
        raise GraphError(f"{shown}: {_said(error)}") from error


@cache
def _engine(url: str, process: int) -> Engine:  # noqa: ARG001 (connections are not shared with forked processes)
    """A pool of connections, which are tried before they are used again."""
    logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # it prints tracebacks of lost connections
    engine = create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True, pool_size=2, max_overflow=-1)
    atexit.register(engine.dispose)
    return engine


def _wait(store: Server, patience: float) -> None:
    """Wait for the turn to write.

    Raises:
        GraphInUse: It does not come in time.
    """
    deadline = time.monotonic() + patience
    while not store.value(f"SELECT pg_try_advisory_xact_lock({_LOCK})"):
        if time.monotonic() >= deadline:
            raise GraphInUse(f"{store.path}: another process is writing to this graph; try again when it is done")
        time.sleep(_PAUSE)


def _version(store: Server) -> int | None:
    """The version of the graph's tables, ``None`` where there are none.

    Raises:
        GraphError: It is newer than this program.
    """
    if store.value("SELECT to_regclass('meta')") is None:
        return None
    version = str(store.value("SELECT value FROM meta WHERE key = 'schema_version'"))
    if not version.isdigit() or int(version) > VERSION:
        raise GraphError(
            f"{store.path}: found a graph of schema version {version}, expected {VERSION}; update isogloss"
        )
    return int(version)


def _nothing(store: Server) -> GraphError:
    return GraphError(f"{store.path}: found no graph in the database, expected one; make it with an import")


def _check(store: Server) -> None:
    """See that the tables are those of this version."""
    columns = defaultdict[str, set[str]](set)
    for name, column in store.rows(_COLUMNS):
        columns[name].add(column)
    for name, table in Base.metadata.tables.items():
        if columns[name] != set(table.columns.keys()):
            raise GraphError(
                f"{store.path}: found table {name} unlike that of schema version {VERSION}, expected a graph"
            )


def _index_trigrams(store: Server) -> None:
    """Make the index for parts of words where there is none; some servers do not let it be made."""
    if store.value("SELECT to_regclass('entry_trigram')") is not None:
        return
    store.run("SAVEPOINT trigrams")
    try:
        for statement in _TRIGRAMS:
            store.run(statement)
    except GraphError:
        store.run("ROLLBACK TO SAVEPOINT trigrams")
    else:
        store.run("RELEASE SAVEPOINT trigrams")


def _said(error: SQLAlchemyError) -> str:
    cause = (error.orig if isinstance(error, DBAPIError) else None) or error
    return explanation(cause, "the database says")
