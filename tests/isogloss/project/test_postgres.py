from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.conftest import Command
from tests.kg.postgres_server import programs, server

PROJECT = """
graph = "{}"
[languages.en]
[languages.fr]
[[dictionaries]]
file = "en-fr.tsv"
pair = "en-fr"
"""


@pytest.fixture
def database() -> Iterator[str]:
    folder = programs()
    if folder is None:
        pytest.skip("PostgreSQL is not installed")
    with server(folder) as url:
        yield url


def test_a_database_is_loaded_in_place_and_keeps_what_others_say(
    database: str, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISOGLOSS_CACHE", str(tmp_path / "cache"))
    address = make_url(database).set(password="SECRET")  # which the server does not ask for
    text = PROJECT.format(address.render_as_string(hide_password=False))
    (tmp_path / "isogloss.toml").write_text(text, "utf-8")
    (tmp_path / "en-fr.tsv").write_text("dog\tchien\ncat\tchat\n", "utf-8")

    def translations(word: str) -> list[str]:
        outcome = command("kg", "translate", word, "--from", "en", "--to", "fr", "--graph", database)
        return [row[2] for row in outcome.rows]

    assert command("run", tmp_path).status == 0
    assert translations("cat") == ["chat"]
    assert command("kg", "add", "dog", "clebs", "--from", "en", "--to", "fr", "--graph", database).status == 0
    assert command("run", tmp_path).err.startswith("nothing to do")
    (tmp_path / "en-fr.tsv").write_text("dog\tchien\n", "utf-8")
    assert command("run", tmp_path).status == 0
    assert translations("cat") == []
    assert sorted(translations("dog")) == ["chien", "clebs"]
    written = [file for file in (tmp_path / "results").rglob("*") if file.is_file() and file.name != "graph.db"]
    assert not [file for file in written if b"SECRET" in file.read_bytes()]


def test_a_server_that_is_not_there_is_one_line_before_the_work(
    tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("ISOGLOSS_CACHE", str(tmp_path / "cache"))
    (tmp_path / "isogloss.toml").write_text(PROJECT.format("postgresql://u:secret@127.0.0.1:9/words"), "utf-8")
    (tmp_path / "en-fr.tsv").write_text("dog\tchien\n", "utf-8")
    failed = command("run", tmp_path)
    assert failed.status == 1
    assert len(failed.err.splitlines()) == 1
    assert "127.0.0.1:9/words" in failed.err
    assert "secret" not in failed.err
    assert {row[1] for row in command("status", tmp_path).rows} == {"missing"}
