from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from isogloss.cli import main
from tests.pages import blocks, calls, is_as_shown

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("page", ["first-ten-minutes.md", "graph.md", "exchange.md"])
def test_the_page_does_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs every block in order, in one folder; a command prints just what stands below it, with … for anything."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ISOGLOSS_GRAPH", raising=False)
    listed = [(kind, text) for kind, text in blocks(DOCS / page) if kind != "sh"]
    assert {kind for kind, _ in listed} == {"python", "console"}
    for kind, text in listed:
        if kind == "python":
            exec(compile(text, page, "exec"), {})
            continue
        for command, expected in calls(text):
            if command.startswith("isogloss "):
                monkeypatch.setattr(sys, "argv", shlex.split(command))
                capsys.readouterr()
                with pytest.raises(SystemExit) as left:
                    main()
                assert not left.value.code, command
                printed = capsys.readouterr().out
                assert is_as_shown(expected, printed), f"{command}\n{printed}"
            else:
                assert subprocess.run(command, shell=True, check=True, capture_output=True).stdout == b"", command
