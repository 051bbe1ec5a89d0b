"""A graph is a file or a database of PostgreSQL; no message shows a password."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from isogloss.data.addresses import masked
from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import GraphError
from isogloss.kg.graph import open_graph
from isogloss.kg.storage.place import file_of, server_of
from tests.conftest import Command


def test_a_path_and_a_url_of_sqlite_name_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert file_of("g.db") == file_of("sqlite:///g.db") == tmp_path / "g.db"
    assert file_of(f"sqlite:///{tmp_path}/a.db") == file_of(f"sqlite+pysqlite:///{tmp_path}/a.db") == tmp_path / "a.db"
    assert file_of("a:b.db") == tmp_path / "a:b.db"


@pytest.mark.parametrize("scheme", ["postgres", "mysql", "mysql+pymysql", "https", "sqlite"])
@pytest.mark.parametrize("kind", [str, Path])
def test_other_addresses_are_refused_without_their_password(scheme: str, kind: type) -> None:
    with pytest.raises(GraphError, match="URL of another database") as refused:
        file_of(kind(f"{scheme}://me:SECRET@127.0.0.1/w"))
    assert "SECRET" not in str(refused.value)
    assert "me:***@127.0.0.1" in str(refused.value)


def test_passwords_are_masked_wherever_they_stand_in_a_url() -> None:
    assert masked("postgresql://me:S:3@host/db") == "postgresql://me:***@host/db"
    assert masked("postgresql://host/db?user=me&password=SECRET&x=1") == "postgresql://host/db?user=me&password=***&x=1"
    assert masked("a:b@c.db") == "a:b@c.db"
    assert server_of("postgresql://me:S@host/db") == "postgresql+psycopg://me:S@host/db"


@pytest.mark.parametrize("scheme", ["postgres", "mysql"])
def test_the_command_makes_no_folder_named_after_a_password(
    scheme: str, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.tsv").write_text("dog\tchien\n", "utf-8")
    outcome = command(
        "kg", "import", "a.tsv", "--from", "en", "--to", "fr", "--graph", f"{scheme}://me:SECRET@127.0.0.1/w"
    )
    assert outcome.status == 1
    assert "SECRET" not in outcome.out + outcome.err
    assert [file.name for file in tmp_path.iterdir()] == ["a.tsv"]


def test_the_name_of_a_graph_need_not_be_utf8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9 50%.db")
    with open_graph(path, write=True) as graph:
        graph.add(Dictionary.of("en", "fr", [("dog", "chien")]))
    with open_graph(path) as graph:
        assert [*graph.translate("dog", "en", "fr").words] == ["chien"]
