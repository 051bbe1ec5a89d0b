from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import GraphError
from isogloss.kg.graph import open_graph
from isogloss.kg.storage import sqlite
from isogloss.kg.storage.schema import TABLES, VERSION
from isogloss.kg.storage.tables import Base
from tests.kg.conftest import OPEN

MORE = Dictionary.of("en", "fr", [("tree", "arbre")], OPEN)

# Adds words, tells so, and waits to be killed before the session ends.
HALFWAY = """
import sys, time
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.kg.graph import open_graph
with open_graph(sys.argv[1], write=True) as graph:
    graph.add(Dictionary.of("en", "fr", [(f"word{n}", f"mot{n}") for n in range(20000)], Origin("killed")))
    graph.languages()  # writes what was added
    print("halfway", flush=True)
    time.sleep(60)
"""


def halfway(path: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", HALFWAY, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "halfway\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def test_a_killed_import_leaves_the_old_graph_and_the_next_one_works(path: Path) -> None:
    before = path.read_bytes()
    process = halfway(path)
    kill(process)
    assert path.read_bytes() == before
    assert list(path.parent.glob(".*.part"))  # what the dead process could not remove
    with open_graph(path, write=True) as graph:
        graph.add(MORE)
    with open_graph(path) as graph:
        assert [*graph.translate("tree", "en", "fr").words] == ["arbre"]
        assert graph.pairs() == [("en", "fi", 2), ("en", "fr", 6), ("fr", "ja", 4)]
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_first_import_that_is_killed_leaves_nothing_to_be_taken_for_a_graph(tmp_path: Path) -> None:
    kill(halfway(tmp_path / "new.db"))
    with pytest.raises(GraphError, match="there is no such graph"):
        open_graph(tmp_path / "new.db")


def test_readers_see_the_old_graph_until_an_import_ends_and_the_new_one_when_they_open_anew(path: Path) -> None:
    with open_graph(path) as first, open_graph(path) as second:
        with open_graph(path, write=True) as graph:
            graph.add(MORE)
            assert "tree" not in {word.word for word in first.search("", "en")}
            with open_graph(path) as third:
                assert third.pairs() == first.pairs() == second.pairs()
            assert [*graph.translate("tree", "en", "fr").words] == ["arbre"]
        assert first.pairs() == second.pairs() == [("en", "fi", 2), ("en", "fr", 5), ("fr", "ja", 4)]
        second.check_schema()
    with open_graph(path) as graph:
        assert ("en", "fr", 6) in graph.pairs()


def test_a_second_writer_is_told_to_wait(path: Path) -> None:
    process = halfway(path)
    try:
        with pytest.raises(GraphError, match="another process is writing"):
            open_graph(path, write=True)
        with open_graph(path) as graph:
            assert graph.languages() == ("en", "fi", "fr", "ja")
    finally:
        kill(process)


def test_a_missing_graph_is_made_only_by_a_writer(tmp_path: Path) -> None:
    with pytest.raises(GraphError, match="there is no such graph; make one with 'isogloss kg import'"):
        open_graph(tmp_path / "none.db")
    with pytest.raises(GraphError, match="no such graph"):
        open_graph(tmp_path / "none.db", write=True, create=False)
    with open_graph(tmp_path / "deep" / "none.db", write=True):
        pass
    with open_graph(tmp_path / "deep" / "none.db") as graph:
        assert graph.languages() == ()
        assert graph.pairs() == []
        assert graph.stats().edges == 0


def test_a_graph_is_named_by_a_path_or_by_a_url_of_sqlite(path: Path) -> None:
    with open_graph(f"sqlite:///{path}") as graph:
        assert graph.path == path
    with pytest.raises(GraphError, match="another database"):
        open_graph("mysql://localhost/words")


def test_a_newer_graph_is_refused_with_its_version(path: Path) -> None:
    change(path, f"PRAGMA user_version={VERSION + 1}")
    for write in (False, True):
        with pytest.raises(GraphError, match=f"version {VERSION + 1}, expected {VERSION} or older; update isogloss"):
            open_graph(path, write=write)


def test_changed_tables_are_noticed_and_additional_ones_are_not_minded(path: Path) -> None:
    change(path, "CREATE TABLE mine (note TEXT)")
    with open_graph(path) as graph:
        graph.check_schema()
    change(path, "DROP INDEX entry_lemma")
    with pytest.raises(GraphError, match=f"tables that differ from schema version {VERSION}"):
        open_graph(path)


def test_the_database_of_another_program_is_no_graph(tmp_path: Path) -> None:
    change(tmp_path / "other.db", "CREATE TABLE entry (id)")
    with pytest.raises(GraphError, match="SQLite file of another program"):
        open_graph(tmp_path / "other.db")


@pytest.mark.parametrize("content", [b"", b"dog\tchien\n", b"SQLite format 3\0" + b"\1" * 200, b"\0" * 4096])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "graph.db").write_bytes(content)
    for write in (False, True):
        with pytest.raises(GraphError, match="expected a "):
            open_graph(tmp_path / "graph.db", write=write)
    assert (tmp_path / "graph.db").read_bytes() == content


def test_a_graph_cut_short_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(GraphError, match=r"of [\d,]+ bytes, expected a complete graph"):
        open_graph(path)


def test_damage_inside_is_one_clear_error(path: Path) -> None:
    whole = bytearray(path.read_bytes())
    whole[8192:] = b"\xa5" * (len(whole) - 8192)
    path.write_bytes(whole)
    with pytest.raises(GraphError, match=r"damaged|tables that differ|missing"), open_graph(path) as graph:
        graph.check_schema()


def test_damage_in_one_page_is_found_by_a_check(path: Path) -> None:
    with open_graph(path) as graph:
        root = graph.store.value("SELECT rootpage FROM sqlite_master WHERE name = 'edge'")
    whole = bytearray(path.read_bytes())
    whole[(root - 1) * 8192 : root * 8192] = b"\xa5" * 8192
    path.write_bytes(whole)
    with open_graph(path) as graph:
        with pytest.raises(GraphError, match="damage"):
            graph.translate("dog", "en", "fr")
        with pytest.raises(GraphError, match="damage"):
            graph.check_schema()


def test_a_folder_in_the_place_of_a_graph_is_refused(tmp_path: Path) -> None:
    for write in (False, True):
        with pytest.raises(GraphError, match=r"directory|is a folder, and a file"):
            open_graph(tmp_path, write=write)


def test_a_place_that_cannot_be_written_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(GraphError, match="cannot be written"):
        open_graph(tmp_path / "file" / "graph.db", write=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_read_and_not_written(path: Path) -> None:
    path.parent.chmod(0o555)
    try:
        with open_graph(path) as graph:
            assert [*graph.translate("dog", "en", "fr").words] == ["chien"]
        with pytest.raises(GraphError, match="cannot be written"):
            open_graph(path, write=True)
    finally:
        path.parent.chmod(0o755)


def test_reading_leaves_nothing_beside_the_graph_and_the_graph_as_it_was(path: Path) -> None:
    before = path.stat().st_mtime_ns
    with open_graph(path) as graph:
        graph.translate("dog", "en", "fr")
        assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.stat().st_mtime_ns == before


def test_a_disk_that_takes_no_more_is_one_clear_error_and_the_old_graph_stays(path: Path) -> None:
    limited = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))\n"
        "from isogloss.data.errors import GraphError\n"
        "from isogloss.data.dictionary import Dictionary, Origin\n"
        "from isogloss.kg.graph import open_graph\n"
        "try:\n"
        "    with open_graph(sys.argv[1], write=True) as graph:\n"
        "        graph.add(Dictionary.of('en', 'fr', [(f'w{n}', f'm{n}') for n in range(50000)], Origin('big')))\n"
        "except GraphError as error:\n"
        "    print(error)\n"
    )
    before = path.read_bytes()
    result = subprocess.run([sys.executable, "-c", limited, str(path)], capture_output=True, text=True, check=True)
    assert "nothing was changed" in result.stdout
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_copy_that_the_disk_cannot_hold_leaves_nothing_behind(path: Path) -> None:
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [(f"w{n}", f"m{n}") for n in range(9000)], Origin("big")))
    limited = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))\n"
        "from isogloss.data.errors import GraphError, OutputError\n"
        "from isogloss.kg.exchange.exporting import export_graph\n"
        "from isogloss.kg.graph import open_graph\n"
        "try:\n"
        "    with open_graph(sys.argv[1], write=True):\n"
        "        pass\n"
        "except GraphError as error:\n"
        "    print(error)\n"
        "with open_graph(sys.argv[1]) as graph:\n"
        "    try:\n"
        "        export_graph(graph, sys.argv[1] + '.nt', 'ntriples')\n"
        "    except OutputError as error:\n"
        "        print(error)\n"
    )
    result = subprocess.run([sys.executable, "-c", limited, str(path)], capture_output=True, text=True, check=True)
    assert "nothing was changed" in result.stdout
    assert f"{path}.nt: cannot be written" in result.stdout
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_full_database_is_explained(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "small.db")
    connection.execute("PRAGMA max_page_count=3")
    connection.execute("CREATE TABLE t (x)")
    with pytest.raises(GraphError, match="the disk is full; nothing was changed"), sqlite.explained("small.db"):
        connection.execute("INSERT INTO t VALUES (?)", ("x" * 100_000,))
    connection.close()


def test_a_link_to_a_graph_stays_a_link_when_the_graph_is_written(path: Path) -> None:
    link = path.with_name("link.db")
    link.symlink_to(path)
    with open_graph(link, write=True) as graph:
        graph.add(MORE)
    assert link.is_symlink()
    with open_graph(path) as graph:
        assert [*graph.translate("tree", "en", "fr").words] == ["arbre"]


def test_an_older_graph_is_brought_up_to_date_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    connection = sqlite3.connect(path)
    connection.executescript((Path(__file__).parent / "version_1.sql").read_text("utf-8"))
    connection.close()
    again = shutil.copy(path, tmp_path / "again.db")
    with open_graph(path) as graph:
        assert graph.store.value("PRAGMA user_version") == VERSION
        graph.check_schema()
        assert graph.pairs() == [("en", "fr", 71)]
        assert graph.store.value("SELECT fanout FROM hub") == 70
        assert [*graph.translate("hub", "en", "fr", k=2).words] == ["mot6", "mot5"]  # they stand in ten others
        assert [entry.word for entry in graph.lookup("ETE", "fr")] == ["été"]
    with open_graph(again, write=True) as graph:
        graph.add(MORE)
        assert graph.pairs() == [("en", "fr", 72)]


def test_a_new_graph_has_the_tables_that_this_version_expects(path: Path) -> None:
    assert {*Base.metadata.tables} == {*TABLES}
    connection = sqlite.reading_connection(path)
    assert sqlite.fingerprint(connection) == sqlite.FINGERPRINTS[VERSION]
    connection.close()


def change(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("write", [True, False])
@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_unfinished_changes_of_another_program_are_told_and_not_lost(tmp_path: Path, write: bool, ending: str) -> None:
    path = tmp_path / "g.db"
    with open_graph(path, write=True):
        pass
    beside = tmp_path / f"g.db{ending}"
    beside.write_bytes(b"changes")
    before = path.read_bytes()
    with pytest.raises(GraphError, match=f"g.db{ending} beside it holds changes"):
        open_graph(path, write=write)
    assert (path.read_bytes(), beside.read_bytes()) == (before, b"changes")
    beside.write_bytes(b"")  # as a program leaves it that closed the file well
    open_graph(path, write=write).close()
