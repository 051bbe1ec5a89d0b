"""What is particular to SQLite: opening files, settings for serving and for loading, full-text search, its errors."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from isogloss.data.errors import FormatError, GraphError, IsoglossError, OutputError
from isogloss.kg.storage.schema import SEARCH_VIEW, TABLES, VERSION

APPLICATION = 0x49534F47  # "ISOG" in the header says that the file is a graph of ours

# The shape of the tables of each version: columns, keys and indexes (see ``fingerprint``).
FINGERPRINTS = {
    1: "d83260e642bd",
    2: "c38403d70be9",
    3: "d54d6edbf5ea",
    4: "a660f3fe60fc",
    5: "365fb4926d56",
    6: "95bf9890cad7",
    7: "95bf9890cad7",  # as 6, with other search keys
}

# Words split into pieces of three letters; ``detail=none`` keeps only which word holds a piece, and the reader checks.
SEARCH_TABLE = (
    "CREATE VIRTUAL TABLE entry_search USING fts5(text, content='entry_text', content_rowid='id', "
    "tokenize='trigram', detail=none, columnsize=0)"
)

_SERVING = ("PRAGMA cache_size=-24000", "PRAGMA mmap_size=0", "PRAGMA temp_store=MEMORY", "PRAGMA query_only=ON")

# Safe without a journal: a file being loaded is thrown away when anything goes wrong.
_LOADING = (
    "PRAGMA page_size=8192",
    "PRAGMA journal_mode=OFF",
    "PRAGMA synchronous=OFF",
    "PRAGMA cache_size=-256000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA locking_mode=EXCLUSIVE",
)


# A journal that is rolled back keeps readers and their old state apart from the new one. A write-ahead log would let
# them go on while a change is committed, but belongs to one file, and an import puts another file in its place.
_EDITING = (
    "PRAGMA journal_mode=DELETE",
    "PRAGMA synchronous=FULL",
    "PRAGMA cache_size=-256000",
    "PRAGMA cache_spill=OFF",  # what is not committed stays out of the file, so that readers need not wait
    "PRAGMA temp_store=MEMORY",
)

_JOURNAL = bytes.fromhex("d9d505f920a163d7")  # what a rollback journal of SQLite begins with
_PATIENCE = 30.0  # seconds to wait for others who have locked the file; round number
_PAUSE = 0.01  # seconds between two attempts; round number


class GraphInUse(GraphError):  # noqa: N818 (it is told as a GraphError)
    """Others read or write the graph just now; nothing was changed, and the same works when they are done."""


def reading_connection(path: Path) -> sqlite3.Connection:
    """Opens a graph file to read it only: nothing is written, but what a killed writer left half done is undone."""
    try:
        return _connection(f"file:{quote(os.fsencode(path))}?mode=ro", _SERVING)
    except sqlite3.DatabaseError as error:
        if is_left_half_done(error):
            undo_half_done(path)
            return _connection(f"file:{quote(os.fsencode(path))}?mode=ro", _SERVING)
        if error.sqlite_errorcode == sqlite3.SQLITE_CORRUPT:
            _check_length(path)
        raise


def editing_connection(path: Path) -> sqlite3.Connection:
    """Opens a graph file to change it in place."""
    return _connection(f"file:{quote(os.fsencode(path))}?mode=rw", _EDITING)


def is_left_half_done(error: Exception) -> bool:
    """Whether a reader found the journal of a change that was not finished, which it cannot undo itself."""
    return bool(getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_READONLY_ROLLBACK)


def undo_half_done(path: Path) -> None:
    """Undo what a writer that was killed left half done in a file; where one is at work, wait until it is done.

    Raises:
        sqlite3.Error: The file cannot be written.
    """
    journal = path.with_name(f"{path.name}-journal")
    deadline = time.monotonic() + _PATIENCE
    while True:
        with _closing(f"file:{quote(os.fsencode(path))}?mode=rw") as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if not _is_filled(journal) or time.monotonic() > deadline:
            return
        time.sleep(_PAUSE)


def loading_connection(path: Path) -> sqlite3.Connection:
    """Opens a file that nobody else knows yet, to load it as fast as the disk takes it."""
    return _connection(f"file:{quote(os.fsencode(path))}?mode=rwc", _LOADING)


def _connection(uri: str, settings: tuple[str, ...]) -> sqlite3.Connection:
    # No transactions behind our back: a load begins and commits by itself.
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=30)
    try:
        for setting in settings:
            connection.execute(setting)
    except BaseException:
        connection.close()
        raise
    return connection


def copy(old: Path, new: Path) -> None:
    """The whole of ``old`` in the empty file ``new``, as one moment saw it."""
    with (
        _closing(f"file:{quote(os.fsencode(old))}?mode=ro") as source,
        _closing(f"file:{quote(os.fsencode(new))}") as target,
    ):
        target.execute("PRAGMA synchronous=OFF")
        target.execute("PRAGMA journal_mode=OFF")  # a copy that fails is thrown away, and a journal would be left
        source.backup(target)


@contextmanager
def _closing(uri: str) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(uri, uri=True)
    try:
        yield connection
    finally:
        connection.close()


def create_tables(connection: sqlite3.Connection) -> None:
    """Every table of the present version."""
    from isogloss.kg.storage.tables import definitions

    for table in definitions("sqlite").values():
        for statement in (table.table, *table.indexes.values()):
            connection.execute(statement)
    for statement in (
        SEARCH_VIEW,
        SEARCH_TABLE,
        f"PRAGMA application_id={APPLICATION}",
        f"PRAGMA user_version={VERSION}",
    ):
        connection.execute(statement)


def check_file(path: Path) -> None:
    """Refuse what is plainly no graph before SQLite touches it.

    The file itself is not opened: to close it would take away the locks that this process has on it (POSIX).

    Raises:
        GraphError: ``path`` is missing, a folder, no SQLite file, or being changed by another program.
    """
    try:
        status = path.stat()
    except FileNotFoundError:
        raise GraphError(
            f"{path}: there is no such graph; make one with 'isogloss kg import' or name another with --graph"
        ) from None
    except OSError as error:
        raise GraphError(f"{path}: cannot be read as a graph ({error.strerror or error})") from error
    if not stat.S_ISREG(status.st_mode):
        kind = "a directory" if stat.S_ISDIR(status.st_mode) else "no regular file"
        raise GraphError(f"{path}: cannot be read as a graph (it is {kind})")
    if status.st_size < 100:
        raise GraphError(f"{path}: not a SQLite file, expected a graph made by isogloss")
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if _is_filled(beside) and not (ending == "-journal" and _is_journal(beside)):
            raise GraphError(
                f"{path}: {beside.name} beside it holds changes of another program that has it open or was stopped; "
                f"close that program, or take them in with: sqlite3 {path.name} 'PRAGMA journal_mode=DELETE'"
            )


def _is_filled(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except OSError:
        return False


def _is_journal(path: Path) -> bool:
    """Whether SQLite can undo what a rollback journal holds, or has nothing to undo."""
    try:
        with path.open("rb") as stream:
            start = stream.read(len(_JOURNAL))
    except FileNotFoundError:
        return True  # the change was finished in between
    return start in (b"", _JOURNAL) or not any(start)


def _check_length(path: Path) -> None:
    """See that a damaged file is as long as its header says.

    Raises:
        GraphError: It was cut short.
    """
    with path.open("rb") as stream:
        head = stream.read(100)
    page = int.from_bytes(head[16:18], "big")
    expected = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if (size := path.stat().st_size) < expected:
        raise GraphError(f"{path}: found {size:,} of {expected:,} bytes, expected a complete graph; {RESTORE}")


def check_schema(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of a graph file.

    Raises:
        GraphError: The file is another program's, newer than this one, or its tables are not as its version says.
    """
    with explained(path):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise GraphError(f"{path}: a SQLite file of another program, expected a graph made by isogloss")
        if version > VERSION:
            raise GraphError(
                f"{path}: found a graph of schema version {version}, expected {VERSION} or older; update isogloss"
            )
        shape = fingerprint(connection)
        if shape != FINGERPRINTS.get(version):
            raise GraphError(
                f"{path}: found tables that differ from schema version {version} ({shape}, expected "
                f"{FINGERPRINTS.get(version)}); {RESTORE}"
            )
    return int(version)


def fingerprint(connection: sqlite3.Connection) -> str:
    """A hash of the shape of a graph's own tables; tables and views that others added do not count."""
    tables = (*TABLES, "entry_search")
    places = ", ".join("?" for _ in tables)
    columns = connection.execute(
        'SELECT m.name, p.name, p.type, p."notnull", p.pk FROM sqlite_master m, pragma_table_info(m.name) p '
        f"WHERE m.type = 'table' AND m.name IN ({places}) ORDER BY m.name, p.cid",
        tables,
    ).fetchall()
    indexes = connection.execute(
        'SELECT m.name, i."unique", i.partial, group_concat(c.name) FROM sqlite_master m, '
        "pragma_index_list(m.name) i, pragma_index_info(i.name) c "
        f"WHERE m.type = 'table' AND m.name IN ({places}) GROUP BY m.name, i.name ORDER BY 1, 2, 3, 4",
        tables,
    ).fetchall()
    text = "\n".join(map(repr, [*columns, *indexes]))
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turns what the database or the disk complains about into one clear error.

    Raises:
        GraphError: Anything went wrong inside the block.
    """
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError) as error:  # also of a message that quotes a damaged file
        raise graph_error(path, error) from error
    except OutputError as error:
        raise GraphError(str(error)) from error
    except OSError as error:
        raise GraphError(f"{path}: cannot be written ({error.strerror or error})") from error


RESTORE = "take it from a backup or import its sources anew"

_LOST = "the connection to the server was lost; nothing of this session was kept, try again"

_EXPLANATIONS = {
    "server closed the connection": _LOST,
    "terminating connection": _LOST,
    "connection is lost": _LOST,
    "connection is closed": _LOST,
    "connection reset": _LOST,
    "eof detected": _LOST,
    "decode": f"the file is damaged (text that is no UTF-8); {RESTORE}",
    "int too large": "found a number beyond 64 bits, expected a smaller one",
    "too big": f"the file is damaged (a value of impossible size); {RESTORE}",
    "disk is full": "the disk is full; nothing was changed, make room and try again",
    "disk i/o": "the disk refuses to read or write; nothing was changed, check its space and limits",
    "not a database": "not a SQLite file, expected a graph made by isogloss",
    "malformed": f"the file is damaged; {RESTORE}",
    "no such table": f"tables are missing, the file is damaged; {RESTORE}",
    "vtable constructor": f"the file is damaged; {RESTORE}",
    "readonly": "the file or its folder is read-only; copy the graph to a place that can be written",
    "unable to open": "cannot be opened; check that the folder exists and can be read",
    "closed database": "this graph has been closed; open it again",
    "closed cursor": "this graph has been closed; open it again",
    "cursor is closed": "this graph has been closed; open it again",
    "locked": "another program is using the file; try again when it is done",
}


def graph_error(path: Path | str, error: Exception) -> IsoglossError:
    """An error of the database as one of ours."""
    if isinstance(error, UnicodeEncodeError):
        return FormatError(f"{error.object[:50]!r} is not valid Unicode, expected text read as UTF-8")
    busy = getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY
    return (GraphInUse if busy else GraphError)(f"{path}: {explanation(error)}")


def explanation(error: BaseException, otherwise: str = "database error") -> str:
    """One line for an error of the database; ``otherwise`` goes before what it says where nothing better is known."""
    message = str(error).strip()
    first = message.partition("\n")[0]
    return next((text for sign, text in _EXPLANATIONS.items() if sign in message.lower()), f"{otherwise}: {first}")
