"""Standard streams that are closed, and addresses in what is said."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from isogloss.cli.console import open_closed_streams
from isogloss.data.addresses import masked_within
from isogloss.kg.graph import open_graph
from tests.conftest import Command
from tests.hostile.harness import Commands, End


def test_a_closed_stream_is_one_to_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    open_closed_streams()
    assert not sys.stdout.isatty()
    assert sys.stdin.read() == ""
    print("nobody hears", file=sys.stderr)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()


def test_a_graph_is_written_where_a_stream_was_closed(tmp_path: Path) -> None:
    (tmp_path / "x.tsv").write_text("dog\tchien\n")
    with Commands() as commands:
        words = "kg import x.tsv --from en --to fr --graph g.db"
        assert commands.run(*words.split(), cwd=tmp_path, closed=(0, 1, 2)).end is End.FINE
    with open_graph(tmp_path / "g.db") as graph:
        assert [answer.word for answer in graph.translate("dog", "en", "fr")] == ["chien"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http:/me:SECRET@host/en.vec does not exist", "http:/me:***@host/en.vec does not exist"),
        ("a postgresql://me:S@CRET@h/d, b@c", "a postgresql://me:***@h/d, b@c"),
        ("x://h/d?password=SECRET: no; see a@b", "x://h/d?password=*** no; see a@b"),
        ("nothing to hide: a@b, http://host:80/x and me@there", "nothing to hide: a@b, http://host:80/x and me@there"),
    ],
)
def test_addresses_within_text_are_shown_without_passwords(text: str, shown: str) -> None:
    assert masked_within(text) == shown


@pytest.mark.parametrize(
    "words",
    [
        "data info http://me:SECRET@127.0.0.1:1/en.vec",
        "data info postgresql://me:SECRET@h/d",
        "lexicon build en fr --source-vectors ftp://me:SECRET@h/en.vec --target-vectors x --out o",
        "kg stats --json --graph postgresql://me:SECRET@127.0.0.1:1/d?password=SECRET",
        "kg stats --graph postgresql://me:SECRET@[::1/d",
        "kg stats --graph postgresql://me:SEC@SECRET@127.0.0.1:x/d",
        "kg stats --graph postgresql+nosuch://me:SECRET@127.0.0.1:1/d",
        "kg stats --graph postgresql+psycopg2://me:SECRET@127.0.0.1:1/d?sslkey=SECRET",
    ],
)
def test_no_error_has_a_password(words: str, command: Command) -> None:
    done = command(*words.split())
    assert done.status == 1
    assert "SECRET" not in done.out + done.err
    assert "***" in done.err
