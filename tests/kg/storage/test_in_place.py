from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import GraphError
from isogloss.kg.correcting import corrected
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.storage.schema import BLOCK
from tests.kg.conftest import OPEN

# Accepts two translations in one session, over and over, and tells when each session has ended.
ADDING = """
import sys
from isogloss.kg.correcting import corrected
def both(graph):
    graph.add_translation(f"word{number}", f"mot{number}", "en", "fr")
    graph.add_translation(f"word{number}", f"sana{number}", "en", "fi")
for number in range(10**6):
    corrected(sys.argv[1], both)
    print(number, flush=True)
"""


def translations(path: Path, word: str, target: str = "fr") -> list[str]:
    with open_graph(path) as graph:
        return [*graph.translate(word, "en", target).words]


def test_a_writer_that_is_killed_at_any_moment_leaves_all_of_a_session_or_nothing(path: Path) -> None:
    random.seed(5)
    for _ in range(6):
        process = subprocess.Popen([sys.executable, "-c", ADDING, str(path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(random.random() * 0.1)
        process.send_signal(signal.SIGKILL)
        result = [int(line) for line in process.stdout.read().split()]
        process.wait()
        process.stdout.close()
        with open_graph(path) as graph:
            graph.check_schema()
            here = graph.language_number("en")
            words = {row[0] for row in graph.store.rows("SELECT lemma FROM entry WHERE language = ?", (here,))}
            added = {int(word[4:]) for word in words if word.startswith("word")}
            assert added == set(range(len(added)))
            assert len(added) >= (result[-1] + 1 if result else 1)
            edges = graph.store.rows(
                f"SELECT src / {BLOCK}, count(*) FROM edge JOIN source s ON s.id = source WHERE name = 'user' "
                "GROUP BY 1"
            )
            counts = {graph._catalogue.codes[number]: count for number, count in edges}
            assert counts == {"en": 2 * len(added), "fr": len(added), "fi": len(added)}
        corrected(path, lambda graph: graph.remove_source("user"))
    assert sorted(file.name for file in path.parent.iterdir()) == [path.name]


def test_readers_see_whole_sessions_only_while_another_process_writes(path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ADDING, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    seen = set()
    try:
        process.stdout.readline()
        with open_graph(path) as graph:
            end = time.monotonic() + 2
            while time.monotonic() < end:
                pairs = {(a, b): count for a, b, count in graph.pairs()}
                assert pairs["en", "fr"] - 5 == pairs["en", "fi"] - 2
                assert [*graph.translate("word0", "en", "fi").words][:1] == ["sana0"]
                seen.add(pairs["en", "fi"])
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    assert len(seen) > 3  # it was written meanwhile, and seen


def test_a_session_in_place_copies_nothing_and_is_seen_by_open_readers_when_it_ends(path: Path) -> None:
    inode = path.stat().st_ino
    with open_graph(path) as reader:
        with open_graph(path, write=True, in_place=True) as graph:
            graph.add(Dictionary.of("en", "sv", [("dog", "hund")], Origin("new", "MIT")))
            assert [*graph.translate("dog", "en", "sv").words] == ["hund"]
            assert reader.languages() == ("en", "fi", "fr", "ja")
        assert path.stat().st_ino == inode
        answer = reader.translate("dog", "en", "sv")[0]
        assert (answer.word, answer.licence) == ("hund", "MIT")
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_session_in_place_that_fails_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(RuntimeError), open_graph(path, write=True, in_place=True) as graph:  # noqa: PT012
        graph.add_translation("tree", "arbre", "en", "fr")
        assert [*graph.translate("tree", "en", "fr").words] == ["arbre"]
        raise RuntimeError
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_in_place_a_graph_becomes_what_it_becomes_by_a_copy(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.db"
    other.write_bytes(path.read_bytes())
    more = Dictionary.of("en", "fr", [("tree", "arbre"), ("dog", "chien"), ("dog", "clebs")], OPEN)
    for place, in_place in ((path, True), (other, False)):
        with open_graph(place, write=True, in_place=in_place) as graph:
            graph.add(more)
    with open_graph(path) as one, open_graph(other) as two:
        for table in ("entry", "edge", "source", "coverage", "hub"):
            assert one.store.rows(f"SELECT * FROM {table} ORDER BY 1, 2, 3") == two.store.rows(
                f"SELECT * FROM {table} ORDER BY 1, 2, 3"
            )
        assert one.search("arb", "fr") == two.search("arb", "fr") != []


def test_a_reader_of_the_file_before_an_import_goes_on_while_the_new_one_is_written_in_place(path: Path) -> None:
    with open_graph(path) as reader:
        with open_graph(path, write=True) as graph:  # puts another file in its place
            graph.add(Dictionary.of("en", "fr", [("tree", "arbre")], OPEN))
        process = subprocess.Popen([sys.executable, "-c", ADDING, str(path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            process.stdout.readline()
            end = time.monotonic() + 1
            while time.monotonic() < end:
                assert [*reader.translate("dog", "en", "fr").words] == ["chien"]
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
    assert translations(path, "word0") == ["mot0"]


def test_a_change_waits_for_readers_and_is_told_when_they_do_not_end(path: Path) -> None:
    def change(patience: float) -> None:
        corrected(path, lambda graph: graph.add_translation("tree", "arbre", "en", "fr"), patience=patience)

    with open_graph(path) as reader:
        with reader.snapshot():
            reader.languages()
            waiting = threading.Thread(target=change, args=(60,))
            waiting.start()
            time.sleep(0.5)
            assert [*reader.translate("dog", "en", "fr").words] == ["chien"]
            assert translations(path, "dog") == ["chien"]  # others get on between two attempts
            assert waiting.is_alive()
        waiting.join()
        assert [*reader.translate("tree", "en", "fr").words] == ["arbre"]
        with reader.snapshot():
            reader.languages()
            with pytest.raises(GraphError, match="another program is using the file"):
                change(0)


def test_two_writers_in_place_both_get_through(path: Path) -> None:
    numbers = range(10)

    def add(name: str) -> None:
        for number in numbers:
            word = f"{name}{number}"
            corrected(path, partial(Graph.add_translation, word="dog", translation=word, source="en", target="fr"))

    writers = [threading.Thread(target=add, args=(name,)) for name in ("anna", "ben")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with open_graph(path) as graph:
        answers = {*graph.translate("dog", "en", "fr", k=100).words}
    assert answers == {"chien"} | {f"{name}{number}" for name in ("anna", "ben") for number in numbers}
