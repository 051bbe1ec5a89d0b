"""Damage of a graph file that SQLite reads past: values of other kinds, references that lead nowhere, broken text."""

from __future__ import annotations

import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from inspect import signature
from traceback import walk_tb
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import orjson

from isogloss.data.errors import GraphError, IsoglossError
from isogloss.data.limits import LARGEST_INTEGER
from isogloss.kg.storage.schema import BLOCK, RELATIONS
from isogloss.kg.storage.sqlite import RESTORE, explanation
from isogloss.kg.storage.store import Store

PATIENCE = 20.0  # seconds that the search for the cause of an error may take; round number
STEPS = 100_000  # of SQLite's virtual machine between two looks at the clock; round number


# What a query trips over where the content of a graph is not as it should be.
_STUMBLES = (
    *(LookupError, TypeError, ValueError, ArithmeticError, AttributeError, AssertionError, RecursionError),
    *(struct.error, sqlite3.Error),
)

Self = TypeVar("Self", bound="Stored")
P = ParamSpec("P")
T = TypeVar("T")


class Stored(Protocol):
    """Whatever reads a graph."""

    _store: Store


def telling_damage(method: Callable[Concatenate[Self, P], T]) -> Callable[Concatenate[Self, P], T]:
    """A method of a graph whose errors say so where damage of the file has caused them."""

    @wraps(method)
    def wrapped(self: Self, /, *arguments: P.args, **named: P.kwargs) -> T:
        try:
            return method(self, *arguments, **named)
        except Exception as error:
            if _fits(method, self, *arguments, **named) and (blame := blamed(self._store, error)) is not None:
                raise blame from error
            raise

    return wrapped


def _fits(method: Callable[P, object], *arguments: P.args, **named: P.kwargs) -> bool:
    """Whether ``method`` takes such arguments; if not, the error is the caller's."""
    try:
        signature(method).bind(*arguments, **named)
    except TypeError:
        return False
    return True


@contextmanager
def damage_told(store: Store) -> Iterator[None]:
    """An error that damage of the file has caused says so; any other stays as it is.

    Raises:
        GraphError: The block failed in a way that is no error of ours, and the file is damaged.
    """
    try:
        yield
    except Exception as error:
        if (blame := blamed(store, error)) is not None:
            raise blame from error
        raise


def blamed(store: Store, error: BaseException) -> GraphError | None:
    """What to say instead of an unforeseen error where the file is damaged."""
    if isinstance(error, IsoglossError) or not isinstance(error, _STUMBLES) or store.postgres:
        return None
    if isinstance(error, sqlite3.ProgrammingError):  # another thread has closed it
        return GraphError(f"{store.path}: {explanation(error)}")
    if store.sound or not _arose_in_isogloss(error):
        return None
    problem = damage(store, PATIENCE)
    store.sound = problem is None
    return GraphError(f"{store.path}: the file is damaged ({problem}); {RESTORE}") if problem else None


def _arose_in_isogloss(error: BaseException) -> bool:
    """Whether code of isogloss was running, and not only the caller's own."""
    names = (frame.f_globals.get("__name__", "") for frame, _ in walk_tb(error.__traceback__))
    return any(name.startswith("isogloss.") and name != __name__ for name in names)


def damage(store: Store, seconds: float | None = None) -> str | None:
    """What is wrong with the content of a graph file, in a few words.

    ``None`` where nothing was found, or not in so many ``seconds``.
    """
    end = None if seconds is None else time.monotonic() + seconds
    with store.lock:
        connection: sqlite3.Connection = store.connection
        try:
            connection.set_progress_handler(None if end is None else lambda: time.monotonic() > end, STEPS)
        except sqlite3.ProgrammingError:  # it was closed since
            return None
        try:
            return next(_found(connection), None)
        except sqlite3.Error as error:
            return None if "interrupted" in str(error) else str(error).partition("\n")[0]
        finally:
            connection.set_progress_handler(None, 0)


def _found(connection: sqlite3.Connection) -> Iterator[str]:
    """Everything that is wrong, what is found soonest first."""
    for check in ("quick_check", "integrity_check"):
        (result,) = connection.execute(f"PRAGMA {check}(1)").fetchone()
        if result != "ok":
            yield str(result).splitlines()[-1]
    relations = connection.execute('SELECT id, code, "symmetric", inverse FROM relation ORDER BY id').fetchall()
    if relations != sorted((number, code, int(symmetric), back) for number, code, symmetric, back in RELATIONS):
        yield "relations of no version"
    for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"a row of {table} that names no {parent}"
    yield from _kinds(connection)
    yield from _texts(connection)
    if connection.execute("SELECT 1 FROM hub WHERE length(best) % 16 LIMIT 1").fetchone():
        yield "a hub that is cut off"
    odd = f"SELECT 1 FROM language WHERE id NOT BETWEEN 0 AND {LARGEST_INTEGER // BLOCK} LIMIT 1"
    if connection.execute(odd).fetchone():
        yield "a language of impossible number"


def _kinds(connection: sqlite3.Connection) -> Iterator[str]:
    """Values that are not of their columns' kind, which SQLite keeps without a word."""
    from isogloss.kg.storage.tables import Base

    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            kind = {"str": "text", "float": "real", "bytes": "blob"}.get(column.type.python_type.__name__, "integer")
            name = f'"{column.name}"'
            allowed = f"typeof({name}) = '{kind}'" + (f" OR {name} IS NULL" if column.nullable else "")
            if connection.execute(f'SELECT 1 FROM "{table.name}" WHERE NOT ({allowed}) LIMIT 1').fetchone():
                yield f"{table.name}.{column.name} holds something else than {kind}"


def _texts(connection: sqlite3.Connection) -> Iterator[str]:
    """Text that is no UTF-8, and JSON that is none: read once by the driver."""
    from isogloss.kg.storage.tables import Base

    for table in Base.metadata.sorted_tables:
        names = [column.name for column in table.columns if column.type.python_type is str]
        json = [number for number, name in enumerate(names) if name in ("facts", "settings")]
        if not names:
            continue
        columns = ", ".join(f'"{name}"' for name in names)
        try:
            for row in connection.execute(f'SELECT {columns} FROM "{table.name}"'):
                for number in json:
                    if row[number] is not None and not isinstance(orjson.loads(row[number]), dict):
                        yield f"{table.name}.{names[number]} is not a JSON object"
        except (UnicodeDecodeError, sqlite3.OperationalError) as error:
            if "interrupted" in str(error):
                raise
            yield f"{table.name} holds text that is no UTF-8"
        except orjson.JSONDecodeError:
            yield f"{table.name} holds broken JSON"
