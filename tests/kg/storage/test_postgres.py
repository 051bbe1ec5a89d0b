from __future__ import annotations

import importlib.util
import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from isogloss.cli import main
from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import GraphError, VocabularyError
from isogloss.kg.correcting import corrected
from isogloss.kg.exchange.difference import merge
from isogloss.kg.exchange.exporting import export_graph
from isogloss.kg.exchange.selection import Selection
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.inference.pipeline import infer
from isogloss.kg.inference.settings import Settings
from isogloss.kg.query.lookup import held
from isogloss.kg.storage.place import server_of
from isogloss.kg.storage.run import Run
from isogloss.kg.storage.schema import VERSION
from isogloss.kg.storage.tables import Base
from tests.kg.postgres_server import programs, server

OPEN = Origin("open words", "CC0-1.0")
SHARED = Origin("shared words", "GPL-3.0-or-later", quality=0.5)
GUESS = Run("guess", {"k": 1}, 7)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A database: that of ``ISOGLOSS_TEST_POSTGRES``, which is emptied, or one of a server started for the tests."""
    if importlib.util.find_spec("psycopg") is None:
        pytest.skip("psycopg is not installed: pip install 'isogloss[postgres]'")
    named, folder = os.environ.get("ISOGLOSS_TEST_POSTGRES"), programs()
    if named:
        yield named
    elif folder is None:
        pytest.skip("no PostgreSQL server: install it, or name a database in ISOGLOSS_TEST_POSTGRES")
    else:
        with server(folder) as started:
            yield started


@pytest.fixture
def empty(url: str) -> str:
    """The database without tables."""
    from sqlalchemy import create_engine, text

    engine = create_engine(server_of(url) or url)
    with engine.begin() as connection:
        connection.execute(text("DROP VIEW IF EXISTS entry_text"))
        Base.metadata.drop_all(connection)
    engine.dispose()
    return url


def fill(place: str | Path) -> None:
    """The same words in any graph, in two sessions, with a hub, evidence and concepts."""
    with open_graph(place, write=True) as graph:
        pairs = [("dog", "chien"), ("cat", "chat"), ("bank", "banque"), ("bank", "rive"), ("Éclair", "éclair")]
        graph.add(Dictionary.of("en", "fr", pairs, OPEN))
        graph.add(Dictionary("fr", "ja", (Pair("chien", "犬", 0.8), Pair("chat", "猫", 0.9, {"why": "so"})), SHARED))
        graph.add(Dictionary.of("en", "fi", [("dog", f"koira{number}") for number in range(80)], SHARED))
    with open_graph(place, write=True) as graph:
        graph.add_concepts({"🐕": {"en": "dog", "fi": ("koira", "hauva")}}, OPEN)
        again = (Pair("chien", "犬", 0.9, {"score": 1}), Pair("rive", "岸"))
        graph.add(Dictionary("fr", "ja", again, SHARED), run=GUESS)
        graph.add_parts_of_speech("en", {"dog": "NOUN"})


def told(graph: Graph) -> list[object]:
    """What a graph answers."""
    stats = graph.stats()
    return [
        graph.languages(),
        graph.pairs(),
        stats.entries,
        stats.relations,
        [graph.translate(word, "en", "ja") for word in ("dog", "cat", "bank")],
        graph.translate("dog", "en", "fi", k=100),
        graph.translate("犬", "ja", "en", licences=["sharealike"]),
        graph.synonyms("koira3", "fi"),
        graph.neighbors("chien", "fr"),
        graph.lookup("eclair", "en"),
        graph.search("oir", "fi", k=5),
        graph.search("b", "en"),
        graph.concepts("dog", "en"),
        graph.dictionary("fr", "ja"),
        graph.paths(("cat", "en"), ("猫", "ja")),
        infer(graph, "en", "ja", Settings(method="walk", min_score=0)).pairs,
    ]


def test_a_database_answers_as_a_file_does(empty: str, tmp_path: Path) -> None:
    fill(empty)
    fill(tmp_path / "graph.db")
    with open_graph(empty) as server_side, open_graph(tmp_path / "graph.db") as file:
        assert told(server_side) == told(file)
        near, far = server_side.adjacency(), file.adjacency()
        assert near.words == far.words
        assert (near.matrix != far.matrix).nnz == 0
        assert server_side.stats().bytes > 0
        server_side.check_schema()
        with pytest.raises(VocabularyError, match="did you mean dog"):
            server_side.lookup("dogg", "en")
        for graph, name in ((server_side, "a"), (file, "b")):
            for written in ("jsonl", "tsv"):
                export_graph(graph, tmp_path / f"{name}.{written}", written, Selection())
    for written in ("jsonl", "tsv"):
        first, second = ((tmp_path / f"{name}.{written}").read_text().splitlines() for name in "ab")
        assert sorted(first) == sorted(second)


def test_graphs_are_merged_from_and_into_a_database(empty: str, tmp_path: Path) -> None:
    fill(tmp_path / "graph.db")
    with open_graph(empty, write=True) as graph, open_graph(tmp_path / "graph.db") as other:
        merge(graph, other)
    with open_graph(empty) as graph, open_graph(tmp_path / "graph.db") as other:
        assert told(graph) == told(other)


def test_a_reader_sees_the_old_graph_until_it_opens_anew(empty: str) -> None:
    fill(empty)
    with open_graph(empty) as reader:
        with open_graph(empty, write=True) as graph:
            graph.add(Dictionary.of("en", "fr", [("dog", "toutou")], OPEN))
            assert "toutou" not in {*reader.translate("dog", "en", "fr").words}
            with (
                pytest.raises(GraphError, match="another process is writing"),
                open_graph(empty, write=True, in_place=True),
            ):
                pass
        assert "toutou" not in {*reader.translate("dog", "en", "fr").words}
        with pytest.raises(GraphError, match="reading only"):
            reader.add(Dictionary.of("en", "fr", [("cat", "minet")], OPEN))
    with open_graph(empty) as reader:
        assert "toutou" in {*reader.translate("dog", "en", "fr").words}


def test_corrections_of_a_database_are_those_of_a_file(empty: str, tmp_path: Path) -> None:
    def correct(graph: Graph) -> None:
        graph.add_translation("dog", "toutou", "en", "fr")
        graph.reject_translation("bank", "rive", "en", "fr")
        graph.reject_translation("dog", "koira", "en", "fi")
        graph.set_quality(SHARED.name, 0.9)

    for place in (empty, tmp_path / "graph.db"):
        fill(place)
        corrected(place, correct)
    with open_graph(empty) as server_side, open_graph(tmp_path / "graph.db") as file:
        assert told(server_side) == told(file)
        assert [*server_side.translate("dog", "en", "fr").words] == ["toutou", "chien"]
        assert [*server_side.translate("bank", "en", "fr").words] == ["banque"]
    removed = [
        corrected(place, lambda graph: graph.remove_source(OPEN.name)) for place in (empty, tmp_path / "graph.db")
    ]
    assert removed[0] == removed[1]
    with open_graph(empty) as server_side, open_graph(tmp_path / "graph.db") as file:
        assert server_side.pairs() == file.pairs()
        assert server_side.search("ban", "en") == file.search("ban", "en")
        assert server_side.stats().entries == file.stats().entries


def test_a_second_session_waits_for_its_turn(empty: str) -> None:
    def add(word: str) -> None:
        with open_graph(empty, write=True) as graph:
            graph.add(Dictionary.of("en", "fr", [("dog", word)], OPEN))

    fill(empty)
    waiting = threading.Thread(target=add, args=("toutou",))
    with open_graph(empty, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "clebs")], OPEN))
        waiting.start()
        time.sleep(0.3)
        assert waiting.is_alive()
    waiting.join(10)
    with open_graph(empty) as graph:
        assert {"toutou", "clebs"} <= {*graph.translate("dog", "en", "fr").words}


def test_many_rows_go_in_as_a_file_takes_them_and_parts_of_words_are_found_by_an_index(
    empty: str, tmp_path: Path
) -> None:
    pairs = [(f"wort{number:x}_{number % 7}%", f"mot{number % 500}") for number in range(1000)]
    with open_graph(tmp_path / "graph.db", write=True) as file, open_graph(empty, write=True) as server_side:
        for graph in (file, server_side):
            graph.add(Dictionary.of("de", "fr", pairs, OPEN))
    with open_graph(tmp_path / "graph.db", write=True) as file, open_graph(empty, write=True) as server_side:
        for graph in (file, server_side):  # some of them again: by way of a temporary table
            graph.add(Dictionary.of("de", "fr", [*pairs[::2], ("neu\\tes", "mot1")], OPEN))
            graph.add_concepts({str(number): {"de": f"wort{number:x}_{number % 7}%"} for number in range(300)}, OPEN)
    with open_graph(empty) as server_side, open_graph(tmp_path / "graph.db") as file:
        queries = ("_3%", "rt12", "u\\t", "OT4", "%_%")
        assert [server_side.search(text, "de") for text in queries] == [file.search(text, "de") for text in queries]
        assert [len(server_side.search(text, "de")) for text in queries[:3]] == [20, 17, 1]
        assert server_side.pairs() == file.pairs()
        assert server_side.stats().concepts == 300
        store = server_side.store
        store.run("SET LOCAL enable_indexscan = off")
        query, values = held([["rt1", "t12"]], 1)
        plan = "\n".join(row[0] for row in store.rows(f"EXPLAIN {query}", values))
        store.run("SET LOCAL enable_indexscan = on")
    assert "Bitmap Index Scan on entry_trigram" in plan


def test_tables_of_an_older_version_are_brought_up_to_date(empty: str) -> None:
    fill(empty)
    with open_graph(empty) as graph:
        before = told(graph)
    with open_graph(empty, write=True) as graph:  # as they were before version 4
        for statement in (
            "DROP TABLE variant",
            "DROP TABLE cooccurrence",
            "ALTER TABLE edge DROP COLUMN rank, DROP COLUMN prior",
            "ALTER TABLE entry DROP COLUMN articles",
            "UPDATE meta SET value = '3' WHERE key = 'schema_version'",
        ):
            graph.store.run(statement)
    with open_graph(empty) as graph:
        assert graph.store.value("SELECT value FROM meta WHERE key = 'schema_version'") == str(VERSION)
        assert [*graph.translate("dog", "en", "ja").words] == ["犬"]
        assert graph.stats().relations == before[3]
        assert graph.lookup("eclair", "en")[0].word == "Éclair"


def test_a_session_that_fails_changes_nothing(empty: str) -> None:
    fill(empty)

    def fail() -> None:
        with open_graph(empty, write=True) as graph:
            graph.add(Dictionary.of("en", "fr", [("dog", "toutou")], OPEN))
            assert len(graph.translate("dog", "en", "fr")) == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with open_graph(empty) as graph:
        assert [*graph.translate("dog", "en", "fr").words] == ["chien"]


def test_what_is_no_graph_is_refused(empty: str) -> None:
    with pytest.raises(GraphError, match="found no graph in the database"), open_graph(empty):
        pass
    with pytest.raises(GraphError, match="found no graph"), open_graph(empty, write=True, create=False):
        pass
    fill(empty)
    with open_graph(empty, write=True) as graph:
        graph.store.run("UPDATE meta SET value = '99' WHERE key = 'schema_version'")
    with pytest.raises(GraphError, match="schema version 99, expected"), open_graph(empty):
        pass
    with pytest.raises(GraphError, match="the database says"), open_graph("postgresql://nobody@127.0.0.1:1/none"):
        pass


def test_commands_take_the_address_of_a_database(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "words.tsv").write_text("dog\tchien\n", encoding="utf-8")
    monkeypatch.setenv("ISOGLOSS_GRAPH", empty)
    query = ["translate", "dog", "--from", "en", "--to", "fr"]
    for arguments in (["import", str(tmp_path / "words.tsv"), "--from", "en", "--to", "fr"], query):
        monkeypatch.setattr(sys, "argv", ["isogloss", "kg", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code
    assert capsys.readouterr().out.startswith("dog\t1\tchien\t0.")


def cut_off(url: str) -> None:
    """End all connections to the database but the one that asks for it."""
    from sqlalchemy import create_engine, text

    engine = create_engine(server_of(url) or url)
    with engine.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"))
    engine.dispose()


def test_a_lost_connection_is_one_error_and_changes_nothing(empty: str, caplog: pytest.LogCaptureFixture) -> None:
    fill(empty)
    with open_graph(empty) as graph:
        cut_off(empty)
        with pytest.raises(GraphError, match="connection to the server was lost"):
            graph.translate("dog", "en", "fr")

    def write() -> None:
        with open_graph(empty, write=True) as graph:
            graph.add(Dictionary.of("en", "fr", [("dog", "toutou")], OPEN))
            graph.languages()
            cut_off(empty)
            graph.add(Dictionary.of("en", "fr", [("dog", "clebs")], OPEN))

    with pytest.raises(GraphError, match="connection to the server was lost"):
        write()
    assert not caplog.records  # which would be tracebacks on stderr
    with open_graph(empty) as graph:
        assert [*graph.translate("dog", "en", "fr").words] == ["chien"]
