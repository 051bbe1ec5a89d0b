"""What the commands are tried on: the files, lexicons and graphs that the rooms' own tests make."""

import sys
from pathlib import Path

import pytest

from isogloss.cli import main
from tests.conftest import Command, Outcome
from tests.kg.conftest import path
from tests.lexicon.conftest import built, files, folder, induction, source, target
from tests.lexicon.conftest import small_spaces as small_spaces
from tests.meta.conftest import dictionaries, vectors

__all__ = ["built", "dictionaries", "files", "folder", "induction", "path", "source", "target", "vectors"]


@pytest.fixture
def kg(path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """``isogloss kg …`` on the small graph."""

    def run(*arguments: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["isogloss", "kg", *map(str, arguments)])
        monkeypatch.setenv("ISOGLOSS_GRAPH", str(path))
        with pytest.raises(SystemExit) as left:
            main()
        return Outcome(int(left.value.code or 0), *capsys.readouterr())

    return run
