"""A writing session: works on a copy that takes the place of the old graph when it is whole."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from isogloss.data.errors import GraphError
from isogloss.data.storage import replacing
from isogloss.kg.storage import sqlite
from isogloss.kg.storage.place import file_of, server_of
from isogloss.kg.storage.schema import RELATIONS, VERSION
from isogloss.kg.storage.store import Store


@contextmanager
def opened(place: Path | str, *, write: bool, create: bool) -> Iterator[Store]:
    """The tables of a graph, a file or a database of a server, to read them or to write into them.

    Raises:
        GraphError: There is no graph, it is damaged or of a newer version, or it cannot be written.
    """
    url = server_of(place)
    if url is not None:
        from isogloss.kg.storage import postgres

        with postgres.writing(url, create=create) if write else closing(postgres.reading(url)) as store:
            yield store
        return
    path = file_of(place)
    if write and not create:
        sqlite.check_file(path)
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
            raise GraphError(f"{path}: another process is writing to this graph; try again when it is done") from None
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
