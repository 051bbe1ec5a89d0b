from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from isogloss.cli import main

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", ["first-ten-minutes.md", "graph.md", "exchange.md"])
def test_the_page_does_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs every block in order, in one folder; a command prints just what stands below it, with … for anything."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ISOGLOSS_GRAPH", raising=False)
    blocks = BLOCK.findall((DOCS / page).read_text("utf-8"))
    assert {kind for kind, _ in blocks} == {"python", "console"}
    for kind, text in blocks:
        if kind == "python":
            exec(compile(text, page, "exec"), {})
            continue
        for part in text.split("$ ")[1:]:
            command, _, expected = part.partition("\n")
            if command.startswith("isogloss "):
                monkeypatch.setattr(sys, "argv", shlex.split(command))
                capsys.readouterr()
                with pytest.raises(SystemExit) as left:
                    main()
                assert not left.value.code, command
                printed = capsys.readouterr().out
                pattern = re.escape(expected.removesuffix("\n")).replace("…", ".*")
                assert re.fullmatch(pattern, printed.removesuffix("\n"), re.DOTALL), f"{command}\n{printed}"
            else:
                assert subprocess.run(command, shell=True, check=True, capture_output=True).stdout == b"", command
