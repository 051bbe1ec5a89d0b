"""A writing session.

Many words are written into a copy, which takes the place of the old graph when it is whole: that is the fastest, and
readers are not held up. Few words are written in place, in a transaction of the database: that takes no copy of a file
of gigabytes.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from isogloss.data.storage import replacing
from isogloss.kg.storage import sqlite
from isogloss.kg.storage.place import file_of, server_of
from isogloss.kg.storage.schema import RELATIONS, VERSION
from isogloss.kg.storage.store import Store

COMMIT_PATIENCE = 1000  # milliseconds that a change waits for readers, and new readers for it; round number
PATIENCE = 60.0  # seconds after which a change that others stand in the way of is given up; round number
_PAUSE = 0.2  # seconds between them, in which readers get on; round number

Result = TypeVar("Result")


def patiently(change: Callable[[], Result], seconds: float) -> Result:
    """The result of a change that can be repeated; while others use the graph, it is tried again for some seconds.

    Raises:
        GraphInUse: They still do.
    """
    deadline = time.monotonic() + seconds
    while True:
        try:
            return change()
        except sqlite.GraphInUse:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)


@contextmanager
def opened(place: Path | str, *, write: bool, create: bool, in_place: bool = False) -> Iterator[Store]:
    """The tables of a graph, a file or a database of a server, to read them or to write into them.

    A file that there is already is written ``in_place`` on demand.

    Raises:
        GraphError: There is no graph, it is damaged or of a newer version, or it cannot be written.
    """
    url = server_of(place)
    if url is not None:
        from isogloss.kg.storage import postgres

        patience = 0.0 if in_place else postgres.PATIENCE  # a change in place is tried again by ``patiently``
        session = postgres.writing(url, create=create, patience=patience) if write else closing(postgres.reading(url))
        with session as store:
            yield store
        return
    path = file_of(place)
    if write and not create:
        sqlite.check_file(path)
    if write and in_place and path.exists():
        with editing(path) as store:
            yield store
        return
    with writing(path) if write else closing(reading(path)) as store:
        yield store


def check_writable(place: Path | str) -> None:
    """See before long work that its results can be added to a graph, which stays as it is.

    Raises:
        GraphError: It is damaged, of a newer version, or written by another process; or its folder or server cannot be
            written or reached.
    """
    url = server_of(place)
    if url is not None:
        from isogloss.kg.storage import postgres

        postgres.connected(url).close()
        return
    path = file_of(place)
    with sqlite.explained(path), _alone(path):  # the lock is a file beside it
        _version(path)


@contextmanager
def writing(path: Path) -> Iterator[Store]:
    """Tables to write into: a copy of the graph at ``path``, or new ones.

    When the block ends well, the copy replaces the graph at once; readers keep the old one until they open anew.
    When it fails or the process dies, the old graph stays as it was.

    Raises:
        GraphError: Another process writes to the graph, it cannot be read, or its folder cannot be written.
    """
    with sqlite.explained(path), _alone(path), replacing(path) as part:
        version = _prepare(path, part)
        store = Store(sqlite.loading_connection(part), path)
        try:
            if version is None:
                sqlite.create_tables(store.connection)
            store.run("BEGIN")
            if version is None:
                _fill(store)
            elif version < VERSION:
                from isogloss.kg.storage.migrations import migrate

                migrate(store, version)
            yield store
            store.run("COMMIT")
        finally:
            store.close()


@contextmanager
def editing(path: Path) -> Iterator[Store]:
    """Tables to write into in place, in one transaction that takes effect when the block ends well.

    Readers see the state before it until then. When the block fails or the process dies, nothing has changed.

    Raises:
        GraphInUse: Another process writes to the graph, or reads from it for longer than a moment.
        GraphError: It cannot be read or written.
    """
    reading(path).close()  # it is whole, and of the present version from now on
    with sqlite.explained(path), _alone(path):
        store = Store(sqlite.editing_connection(path), path)
        try:
            store.run("BEGIN IMMEDIATE")
            yield store
            _commit(store)
        finally:
            store.close()  # what was not committed is undone


def _commit(store: Store) -> None:
    """Make changes take effect once nobody is reading.

    Those who begin to read meanwhile have to wait: the wait is short, and all is undone if it is in vain.
    """
    store.run(f"PRAGMA busy_timeout={COMMIT_PATIENCE}")
    store.run("COMMIT")


def _prepare(path: Path, part: Path) -> int | None:
    """Copy the graph of ``path``, if there is one; the schema version found."""
    version = _version(path)
    if version is not None:
        sqlite.copy(path, part)
    return version


def _version(path: Path) -> int | None:
    """The schema version of the graph of ``path``, if there is one."""
    if not path.exists():
        return None
    sqlite.check_file(path)
    connection = sqlite.reading_connection(path)
    try:
        return sqlite.check_schema(connection, path)
    finally:
        connection.close()


def _fill(store: Store) -> None:
    store.insert("relation", ("id", "code", '"symmetric"', "inverse"), list(zip(*RELATIONS, strict=True)))
    store.insert("meta", ("key", "value"), (["made_by"], ["isogloss"]))


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Keeps other writers out; the system lifts the lock of a process that dies."""
    lock = path.with_name(f".{path.name}.lock")
    lock.parent.mkdir(parents=True, exist_ok=True)
    while True:
        descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _same_file(descriptor, lock):
                break
        except BlockingIOError:
            os.close(descriptor)
            raise sqlite.GraphInUse(
                f"{path}: another process is writing to this graph; try again when it is done"
            ) from None
        os.close(descriptor)  # the holder before us removed it in between
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
        os.close(descriptor)


def _same_file(descriptor: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def reading(path: Path) -> Store:
    """The tables of a graph file, brought up to date if they are of an older version."""
    sqlite.check_file(path)
    with sqlite.explained(path):
        connection = sqlite.reading_connection(path)
    try:
        if sqlite.check_schema(connection, path) == VERSION:
            return Store(connection, path)
    except BaseException:
        connection.close()
        raise
    connection.close()
    with writing(path):
        pass  # a session brings the tables up to date
    return Store(sqlite.reading_connection(path), path)
