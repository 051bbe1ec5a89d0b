"""What is particular to PostgreSQL: a graph in a database of a server, in place of a file.

The tables are those of ``kg.storage.schema``. A writing session is one transaction, so readers see the old graph until
it ends, and a killed import leaves it as it was. Words are sorted by code points, as in a file. There is no index for
parts of words: ``search`` reads the words of the language. Older schemas are not brought up to date here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from isogloss.data.errors import GraphError
from isogloss.kg.storage.schema import RELATIONS, VERSION, Base
from isogloss.kg.storage.store import Store

_URL = re.compile(r"(postgresql(?:\+\w+)?):/+(.*)", re.DOTALL)
_LOCK = 0x49534F47  # "ISOG": one writer at a time


def address(place: Path | str) -> str | None:
    """The URL of a PostgreSQL database, ``None`` where ``place`` is none; a ``Path`` has lost a slash of it."""
    match = _URL.fullmatch(str(place))
    if match is None:
        return None
    scheme = "postgresql+psycopg" if match[1] == "postgresql" else match[1]
    return f"{scheme}://{match[2]}"


@contextmanager
def writing(url: str, *, create: bool = True) -> Iterator[Store]:
    """Tables to write into, in one transaction that takes effect when the block ends well.

    Raises:
        GraphError: The server cannot be reached, another session writes, or the tables are of another version.
    """
    store = _open(url)
    try:
        store.run("BEGIN")
        if not store.value(f"SELECT pg_try_advisory_xact_lock({_LOCK})"):
            raise GraphError(f"{store.path}: another process is writing to this graph; try again when it is done")
        if inspect(store.connection).has_table("meta"):
            _check(store)
        elif create:
            Base.metadata.create_all(store.connection)
            store.run("CREATE VIEW entry_text AS SELECT id, coalesce(norm, lemma) AS text FROM entry")
            store.insert("relation", ("id", "code", '"symmetric"', "inverse"), list(zip(*RELATIONS, strict=True)))
            store.insert("meta", ("key", "value"), (["made_by", "schema_version"], ["isogloss", str(VERSION)]))
        else:
            raise GraphError(f"{store.path}: found no graph in the database, expected one; make it with an import")
        yield store
        store.run("COMMIT")
        store.run("ANALYZE")
    except DBAPIError as error:
        raise GraphError(f"{store.path}: {_said(error)}") from error
    finally:
        store.close()  # what was not committed is undone by the server


def reading(url: str) -> Store:
    """The tables as they are at this moment, read only.

    Raises:
        GraphError: The server cannot be reached, or the database holds no graph of this version.
    """
    store = _open(url)
    try:
        store.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if not inspect(store.connection).has_table("meta"):
            raise GraphError(f"{store.path}: found no graph in the database, expected one; make it with an import")
        _check(store)
    except BaseException:
        store.close()
        raise
    return store


def _open(url: str) -> Store:
    try:
        shown = make_url(url).render_as_string(hide_password=True)
        engine: Engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=StaticPool)
        return Store(engine, shown)
    except (ImportError, NoSuchModuleError) as error:
        raise GraphError(
            f"found a PostgreSQL URL but no driver for it ({error}); install it with: pip install 'isogloss[postgres]'"
        ) from None
    except DBAPIError as error:
        raise GraphError(f"{shown}: {_said(error)}") from error


def _check(store: Store) -> None:
    """See that the tables are those of this version."""
    version = store.value("SELECT value FROM meta WHERE key = 'schema_version'")
    if version != str(VERSION):
        raise GraphError(
            f"{store.path}: found a graph of schema version {version}, expected {VERSION}; update isogloss"
        )
    there = inspect(store.connection)
    for name, table in Base.metadata.tables.items():
        columns = {column["name"] for column in there.get_columns(name)} if there.has_table(name) else set()
        if columns != set(table.columns.keys()):
            raise GraphError(
                f"{store.path}: found table {name} unlike that of schema version {VERSION}, expected a graph"
            )


def _said(error: DBAPIError) -> str:
    lines = str(error.orig).strip().splitlines() or [str(error)]
    return f"the database says: {lines[0]}"
