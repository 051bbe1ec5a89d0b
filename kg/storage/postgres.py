"""What is particular to PostgreSQL: a graph in a database of a server, in place of a file.

The tables are those of ``kg.storage.tables``. A writing session is one transaction, so readers see the old graph until
it ends, and a killed import leaves it as it was. Words are sorted by code points, as in a file. There is no index for
parts of words: ``search`` reads the words of the language. Older schemas are not brought up to date here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine, create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from isogloss.data.addresses import masked
from isogloss.data.errors import GraphError, MissingExtraError
from isogloss.data.extras import naming_extras
from isogloss.kg.storage.schema import RELATIONS, SEARCH_VIEW, VERSION
from isogloss.kg.storage.sqlite import GraphInUse, explanation
from isogloss.kg.storage.store import Store
from isogloss.kg.storage.tables import Base

_LOCK = 0x49534F47  # "ISOG": one writer at a time


class Server(Store):
    """An open database of a server; SQLAlchemy finds its driver and describes its tables."""

    postgres = True

    def __init__(self, engine: Engine, url: str) -> None:
        self._engine = engine
        self.session = engine.connect()
        driver = engine.dialect.loaded_dbapi
        super().__init__(self.session.connection.driver_connection, url, error=driver.Error)

    def close(self) -> None:
        """Let go of the connection; the server undoes what was not committed, also where the connection is lost."""
        with self.lock:
            for close in (self._cursor.close, self.session.close, self._engine.dispose):
                with suppress(SQLAlchemyError, *self._errors):
                    close()


@contextmanager
def writing(url: str, *, create: bool = True) -> Iterator[Store]:
    """Tables to write into, in one transaction that takes effect when the block ends well.

    Raises:
        GraphError: The server cannot be reached, another session writes, or the tables are of another version.
    """
    store = connected(url)
    try:
        store.run("BEGIN")
        if not store.value(f"SELECT pg_try_advisory_xact_lock({_LOCK})"):
            raise GraphInUse(f"{store.path}: another process is writing to this graph; try again when it is done")
        if inspect(store.session).has_table("meta"):
            _check(store)
        elif create:
            Base.metadata.create_all(store.session)
            store.run(SEARCH_VIEW)
            store.insert("relation", ("id", "code", '"symmetric"', "inverse"), list(zip(*RELATIONS, strict=True)))
            store.insert("meta", ("key", "value"), (["made_by", "schema_version"], ["isogloss", str(VERSION)]))
        else:
            raise GraphError(f"{store.path}: found no graph in the database, expected one; make it with an import")
        yield store
        store.run("COMMIT")
        store.run("ANALYZE")
    except SQLAlchemyError as error:
        raise GraphError(f"{store.path}: {_said(error)}") from error
    finally:
        store.close()  # what was not committed is undone by the server


def reading(url: str) -> Store:
    """The tables as they are at this moment, read only.

    Raises:
        GraphError: The server cannot be reached, or the database holds no graph of this version.
    """
    store = connected(url)
    try:
        store.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        if not inspect(store.session).has_table("meta"):
            raise GraphError(f"{store.path}: found no graph in the database, expected one; make it with an import")
        _check(store)
    except SQLAlchemyError as error:
        store.close()
        raise GraphError(f"{store.path}: {_said(error)}") from error
    except BaseException:
        store.close()
        raise
    return store


def connected(url: str) -> Server:
    """A connection to a database, whether it holds a graph or not.

    Raises:
        GraphError: The server cannot be reached, or there is no driver of this name.
    """
    try:
        shown = masked(make_url(url).render_as_string(hide_password=True))  # a query may hold another password
    except (SQLAlchemyError, ValueError) as error:
        raise GraphError(
            f"{masked(url)}: found no address of a database, expected postgresql://USER@HOST/NAME"
        ) from error
    try:
        with naming_extras(shown):
            engine: Engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=StaticPool)
        return Server(engine, shown)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        if isinstance(error, MissingExtraError):
            raise
        raise GraphError(f"{shown}: found no driver of this name ({error}), expected postgresql://…") from error
    except SQLAlchemyError as error:
        raise GraphError(f"{shown}: {_said(error)}") from error


def _check(store: Server) -> None:
    """See that the tables are those of this version."""
    version = store.value("SELECT value FROM meta WHERE key = 'schema_version'")
    if version != str(VERSION):
        raise GraphError(
            f"{store.path}: found a graph of schema version {version}, expected {VERSION}; update isogloss"
        )
    there = inspect(store.session)
    for name, table in Base.metadata.tables.items():
        columns = {column["name"] for column in there.get_columns(name)} if there.has_table(name) else set()
        if columns != set(table.columns.keys()):
            raise GraphError(
                f"{store.path}: found table {name} unlike that of schema version {VERSION}, expected a graph"
            )


def _said(error: SQLAlchemyError) -> str:
    told = (error.orig if isinstance(error, DBAPIError) else None) or error
    return explanation(told, "the database says")
