"""What is particular to SQLite: opening files, settings for serving and for loading, full-text search, its errors."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from isogloss.data.errors import GraphError, OutputError
from isogloss.kg.storage.schema import SEARCH_VIEW, TABLES, VERSION

APPLICATION = 0x49534F47  # "ISOG" in the header says that the file is a graph of ours

# The shape of the tables of each version: columns, keys and indexes (see ``fingerprint``).
FINGERPRINTS = {1: "d83260e642bd", 2: "c38403d70be9", 3: "d54d6edbf5ea", 4: "a660f3fe60fc"}

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


def reading_connection(path: Path) -> sqlite3.Connection:
    """Opens a graph file to read it only: nothing is ever written, not even beside it."""
    return _connection(f"file:{quote(str(path))}?mode=ro", _SERVING)


def loading_connection(path: Path) -> sqlite3.Connection:
    """Opens a file that nobody else knows yet, to load it as fast as the disk takes it."""
    return _connection(f"file:{quote(str(path))}?mode=rwc", _LOADING)


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
    with _closing(f"file:{quote(str(old))}?mode=ro") as source, _closing(f"file:{quote(str(new))}") as target:
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

    Raises:
        GraphError: ``path`` is missing, a folder, no SQLite file, cut short or being changed by another program.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as stream:
            head = stream.read(100)
    except FileNotFoundError:
        raise GraphError(
            f"{path}: found nothing, expected a graph; make one with 'isogloss kg import' or name another with --graph"
        ) from None
    except OSError as error:
        raise GraphError(f"{path}: cannot be read as a graph ({error.strerror or error})") from error
    if len(head) < 100 or not head.startswith(b"SQLite format 3\0"):
        raise GraphError(f"{path}: found something else than a SQLite file, expected a graph made by isogloss")
    page = int.from_bytes(head[16:18], "big")
    expected = (65536 if page == 1 else page) * int.from_bytes(head[28:32], "big")
    if size < expected:
        raise GraphError(f"{path}: found {size:,} of {expected:,} bytes, expected a whole graph; {RESTORE}")
    for ending in ("-wal", "-journal"):
        beside = path.with_name(path.name + ending)
        if beside.exists() and beside.stat().st_size:
            raise GraphError(
                f"{path}: {beside.name} beside it holds changes of another program that has it open or was stopped; "
                f"close that program, or take them in with: sqlite3 {path.name} 'PRAGMA journal_mode=DELETE'"
            )


def check_schema(connection: sqlite3.Connection, path: Path) -> int:
    """The schema version of a graph file.

    Raises:
        GraphError: The file is another program's, newer than this one, or its tables are not as its version says.
    """
    with explained(path):
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise GraphError(f"{path}: found a SQLite file of another program, expected a graph made by isogloss")
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
    ours = (*TABLES, "entry_search")
    places = ", ".join("?" for _ in ours)
    columns = connection.execute(
        'SELECT m.name, p.name, p.type, p."notnull", p.pk FROM sqlite_master m, pragma_table_info(m.name) p '
        f"WHERE m.type = 'table' AND m.name IN ({places}) ORDER BY m.name, p.cid",
        ours,
    ).fetchall()
    indexes = connection.execute(
        'SELECT m.name, i."unique", i.partial, group_concat(c.name) FROM sqlite_master m, '
        "pragma_index_list(m.name) i, pragma_index_info(i.name) c "
        f"WHERE m.type = 'table' AND m.name IN ({places}) GROUP BY m.name, i.name ORDER BY 1, 2, 3, 4",
        ours,
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
        raise GraphError(f"{path}: {explanation(error)}") from error
    except OutputError as error:
        raise GraphError(str(error)) from error
    except OSError as error:
        raise GraphError(f"{path}: cannot be written ({error.strerror or error})") from error


RESTORE = "take it from a backup or import its sources anew"

_EXPLANATIONS = {
    "decode": f"the file is damaged (text that is no UTF-8); {RESTORE}",
    "too big": f"the file is damaged (a value of impossible size); {RESTORE}",
    "disk is full": "the disk is full; nothing was changed, make room and try again",
    "disk i/o": "the disk refuses to read or write; nothing was changed, check its space and limits",
    "not a database": "found something else than a SQLite file, expected a graph made by isogloss",
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


def explanation(error: Exception) -> str:
    """One line for an error of the database."""
    said = str(error)
    first = said.partition("\n")[0]
    return next((text for sign, text in _EXPLANATIONS.items() if sign in said.lower()), f"database error: {first}")
