from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import GraphError, VocabularyError
from isogloss.kg.graph import open_graph
from isogloss.serve.readers import BusyError, Readers
from tests.conftest import Command
from tests.isogloss.serve.site import served


@pytest.fixture
def made(tmp_path: Path) -> Path:
    path = tmp_path / "graph.db"
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "chien"), ("cat", "chat")], Origin("made", "CC0-1.0")))
    return path


def test_fifty_readers_at_once_see_no_error_while_the_graph_is_replaced(made: Path) -> None:
    with served(made) as site, ThreadPoolExecutor(50) as pool:
        paths = ["/word?word=dog&lang=en", "/api/translate?word=cat&from=en&to=fr&explain=true", "/api/complete?q=c",
                 "/near?word=dog&lang=en", "/"] * 60  # fmt: skip
        responses = [pool.submit(site.get, path) for path in paths]
        with open_graph(made, write=True) as graph:
            graph.add(Dictionary.of("en", "fi", [("dog", "koira")], Origin("made", "CC0-1.0")))
        assert {
            (response.result().status_code, response.result().text if not response.result().ok else "")
            for response in responses
        } == {(200, "")}
        assert "koira" in site.get("/word?word=dog&lang=en").text
        assert {language["code"] for language in site.get("/api/languages").json()} == {"en", "fi", "fr"}


def test_a_graph_is_used_again_until_the_file_changes(made: Path) -> None:
    pool = Readers(made)
    with pool.graph() as first:
        pass
    with pytest.raises(VocabularyError), pool.graph() as second:
        second.lookup("none", "en")
    with pool.graph() as third:
        assert first is second is third
    with open_graph(made, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("hound", "chien")], Origin("made", "CC0-1.0")))
    with pool.graph() as fresh:
        assert fresh is not first
        assert fresh.lookup("hound", "en")
    pool.close()


def test_a_graph_that_failed_is_not_used_again(made: Path) -> None:
    pool = Readers(made)
    with pytest.raises(GraphError), pool.graph() as failed:
        raise GraphError("damaged")
    with pool.graph() as next_one:
        assert next_one is not failed
    pool.close()


def test_who_waits_too_long_is_told(made: Path) -> None:
    pool = Readers(made, at_once=1, patience=0.05)
    with pool.graph(), pytest.raises(BusyError, match="too many readers"), pool.graph():
        pass
    with pool.graph():
        pass
    pool.close()


def test_a_place_without_a_graph_is_told_before_anybody_visits(command: Command, tmp_path: Path) -> None:
    result = command("serve", tmp_path / "none.db", "--port", "0")
    assert result.status == 1
    assert re.match("error: .*none.db: there is no such graph", result.err)


def test_a_port_that_is_taken_is_told(command: Command, made: Path) -> None:
    with served(made) as site:
        result = command("serve", made, "--port", site.address.rsplit(":", 1)[1])
    assert result.status == 1
    assert "cannot listen there" in result.err
    assert "--port" in result.err


def test_stopping_it_is_no_error(made: Path) -> None:
    with served(made) as site:
        pass
    assert site.process.returncode == 0
