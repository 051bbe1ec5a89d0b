"""What a user types nearly right, or not to its end."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from typer._click.types import FuncParamType, StringParamType

from isogloss.cli import _hint
from isogloss.cli.languages import spoken
from tests.conftest import Command
from tests.test_docs import VERBS


@pytest.fixture
def graph(tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A graph of four words in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ISOGLOSS_GRAPH", raising=False)
    Path("pairs.tsv").write_text("water\teau\nwatch\tmontre\n", "utf-8")
    command("kg", "import", "pairs.tsv", "--from", "en", "--to", "fr", "--graph", "words.db")
    return tmp_path / "words.db"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("lexcon", "'lexicon'"),
        ("kg trnslate", "'translate'"),
        ("translate water", "'kg translate' or 'lexicon translate'"),
        ("kg import pears.tsv --from en --to fr", "pairs.tsv"),
        ("kg translate water --from en --to fr --graph wrds.db", "words.db"),
        ("data info pair.tsv", "pairs.tsv"),
        ("lexicon show words", "words.db"),
        ("data train ./pairs.tvs --lang en --out x.vec", "pairs.tsv"),
        ("kg translate watter --from en --to fr --graph words.db", "water"),
        ("kg translate water --from Englsh --to fr --graph words.db", "en (English)"),
    ],
)
@pytest.mark.usefixtures("graph")
def test_a_slip_is_met_with_what_may_be_meant(command: Command, words: str, meant: str) -> None:
    result = command(*words.split())
    assert result.status in (1, 2)
    assert f"did you mean {meant}" in result.err.replace("Did", "did")


@pytest.mark.usefixtures("graph")
def test_what_is_like_nothing_is_left_without_a_guess(command: Command) -> None:
    result = command("data", "info", "qqqqqqqq")
    assert result.err == "error: qqqqqqqq does not exist; expected a file of word vectors, check the path\n"


def test_a_name_that_no_file_can_have_is_one_line(command: Command) -> None:
    result = command("kg", "import", "n" * 300, "--from", "en", "--to", "fr", "--graph", "n" * 300)
    assert (result.status, result.err.count("\n")) == (1, 1)


def test_languages_go_by_their_names_too(command: Command, graph: Path) -> None:
    result = command("kg", "translate", "water", "--from", "English", "--to", "français", "--graph", graph)
    assert result.rows == [["water", "1", "eau", result.rows[0][3], "unknown"]]


def test_a_code_of_no_language_is_told_and_taken(command: Command, graph: Path) -> None:
    result = command("kg", "import", "pairs.tsv", "--from", "en", "--to", "jp", "--graph", graph)
    assert result.status == 0
    assert "warning: taken as it is: unknown language 'jp'" in result.err
    assert "did you mean ja (Japanese)?" in result.err


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("kg tr", {"translate"}),
        ("kg translate --from en --to ", {"en", "fr"}),
        ("kg translate --from en wat", {"water", "watch"}),
        ("kg translate mon", {"montre"}),
        ("lexicon build en ku", {"ku"}),
        ("data fetch omw/e", {"omw/el", "omw/en", "omw/es", "omw/eu"}),
        ("data fetch v", {"vectors"}),
    ],
)
def test_a_shell_completes(
    command: Command, graph: Path, monkeypatch: pytest.MonkeyPatch, typed: str, offered: set[str]
) -> None:
    monkeypatch.setenv("ISOGLOSS_GRAPH", str(graph))
    monkeypatch.setenv("_ISOGLOSS_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", f"isogloss {typed}")
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split(" "))))
    assert set(command().out.split()) == offered


ONE_LANGUAGE = {
    *("lang", "language", "source", "target", "source_language", "target_language", "source_lang", "target_lang"),
    *("to", "via", "third", "hold_out", "watch"),
}


def test_every_option_that_takes_a_language_takes_its_name() -> None:
    types = {
        (*words, parameter.name): parameter.type.name
        for words, verb in VERBS.items()
        for parameter in verb.params
        if isinstance(parameter.type, FuncParamType | StringParamType)
        and parameter.name in ONE_LANGUAGE
        and "anguage" in (getattr(parameter, "help", None) or "")
    }
    assert len(types) > 30
    assert {place: kind for place, kind in types.items() if kind != spoken.__name__} == {}


def test_a_hint_is_about_the_file_of_the_message_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "old.db").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["isogloss", "kg", "set-quality", "old"])
    assert _hint(f"{tmp_path}/old.db: the disk is full") == ""
    assert _hint(f"{tmp_path}/old: there is no such graph") == "; did you mean old.db?"
    monkeypatch.setattr(sys, "argv", ["isogloss", "kg", "stats", "--graph", f"../{tmp_path.name}/old"])
    assert _hint(f"{tmp_path}/old: there is no such graph") == f"; did you mean ../{tmp_path.name}/old.db?"
