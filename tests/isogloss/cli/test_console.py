"""What a word or a server says does not steer the terminal."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from isogloss.cli.console import say, visible
from tests.conftest import Command


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\x07b\x08c", r"a\x07b\x08c"),
        ("\x9b2J", r"\x9b2J"),
        ("ab\u202edc", r"ab\u202edc"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("tab\there\nnext line, שלום, 家", "tab\there\nnext line, שלום, 家"),
    ],
)
def test_control_characters_are_shown_as_escapes(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_a_file_gets_the_text_as_it_is() -> None:
    stream = io.StringIO()
    say("a\x1bb", stream)
    assert stream.getvalue() == "a\x1bb\n"


def test_what_a_command_says_of_a_word_is_harmless_on_a_terminal(command: Command, tmp_path: Path) -> None:
    table, graph = tmp_path / "a.tsv", tmp_path / "g.db"
    table.write_text("dog\tchien\n", "utf-8")
    command("kg", "import", table, "--from", "en", "--to", "fr", "--graph", graph)
    query = ["kg", "translate", "zz\x1b[31m", "--from", "en", "--to", "fr", "--graph", str(graph)]
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "isogloss", *query], stderr=theirs, stdout=subprocess.PIPE, check=False
    )
    os.close(theirs)
    printed = os.read(ours, 10_000).decode()
    os.close(ours)
    assert done.returncode == 1
    assert "\x1b" not in printed
    assert "x1b[31m" in printed
