"""Standard streams that are closed, and addresses in what is said."""

from __future__ import annotations

import sys

import pytest

from isogloss.cli.console import open_closed_streams
from isogloss.data.addresses import masked_within
from tests.conftest import Command


def test_a_closed_stream_is_one_to_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdin", "stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    open_closed_streams()
    assert not sys.stdout.isatty()
    assert sys.stdin.read() == ""
    print("nobody hears", file=sys.stderr)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        stream.close()


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
    result = command(*words.split())
    assert result.status == 1
    assert "SECRET" not in result.out + result.err
    assert "***" in result.err
