"""What a word or a server says does not steer the terminal."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len

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


def on_a_terminal(query: list[str], **environment: str) -> tuple[int, str]:
    """The status of a command and what it shows on a terminal."""
    ours, theirs = pty.openpty()
    result = subprocess.run(
        [sys.executable, "-m", "isogloss", *query],
        stderr=theirs,
        stdout=theirs,
        env=os.environ | {"TERM": "xterm", **environment},
        check=False,
    )
    os.close(theirs)
    printed = os.read(ours, 100_000).decode()
    os.close(ours)
    return result.returncode, printed


def test_a_table_fits_the_width_of_a_terminal_and_has_all_its_text() -> None:
    status, printed = on_a_terminal(["data", "list", "eu"], COLUMNS="80")
    assert status == 0
    assert "\x1b[1m" in printed, "the header is bold"
    lines = re.sub("\x1b\\[[0-9;]*m", "", printed).splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert lines[0].split() == ["name", "contents", "size", "licence", "terms", "hash"]
    assert [line.split()[0] for line in lines if line.startswith("apertium")] == ["apertium/eu-en"], "not broken"
    assert {"Unicode-DFS-2016", "attribution", "Multilingual", "translations"} <= set(" ".join(lines).split())


def test_who_wants_no_colour_gets_none() -> None:
    assert "\x1b" not in on_a_terminal(["data", "list"], NO_COLOR="1", COLUMNS="60")[1]


@pytest.mark.parametrize("place", [0, 3])
def test_a_quiet_command_says_errors_only(command: Command, tmp_path: Path, place: int) -> None:
    table = tmp_path / "a.tsv"
    table.write_text("dog\tchien\n", "utf-8")
    words = ["kg", "import", str(table), "--from", "en", "--to", "fr", "--graph", str(tmp_path / "g.db")]
    quiet = command(*words[:place], "--quiet", *words[place:])
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")
    assert "1 pairs of" in command(*words).err, "the next one speaks again"
    assert command("kg", "stats", "-q", "--graph", tmp_path / "no.db").err.startswith("error: ")


def test_what_a_command_says_of_a_word_is_harmless_on_a_terminal(command: Command, tmp_path: Path) -> None:
    table, graph = tmp_path / "a.tsv", tmp_path / "g.db"
    table.write_text("dog\tchien\n", "utf-8")
    command("kg", "import", table, "--from", "en", "--to", "fr", "--graph", graph)
    query = ["kg", "translate", "zz\x1b[31m", "--from", "en", "--to", "fr", "--graph", str(graph)]
    status, printed = on_a_terminal(query)
    assert status == 1
    assert "\x1b" not in printed
    assert "x1b[31m" in printed


def test_wrong_usage_is_harmless_on_a_terminal() -> None:
    """Typer escapes control characters, and leaves marks that turn text."""
    status, printed = on_a_terminal(["kg", "stats", "--x\x1b[31m\u202egpj"])
    assert status == 2
    assert "\x1b" not in printed
    assert "\u202e" not in printed
    assert r"\u202egpj" in printed


def test_the_name_of_a_file_over_a_progress_bar_is_shown_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "v[red]\u202e\x9b.vec").write_text("2 3\na 1 2 3\nb 1 2 4\n", "utf-8")
    status, printed = on_a_terminal(["data", "info", str(next(tmp_path.iterdir())), "--lang", "en"])
    assert status == 0
    assert not {"\u202e", "\x9b"} & set(printed)
    assert r"Reading v[red]\u202e\x9b.vec" in printed
