"""Commands of a page of docs/, as readers type them: in one folder, from top to bottom."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

BLOCK = re.compile(r"^```(python|console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = re.compile(r"at (http://\S+) until")


def blocks(page: Path) -> list[tuple[str, str]]:
    """The kind and the text of each block that can be run."""
    return BLOCK.findall(page.read_text("utf-8"))


def calls(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a ``console`` block, each with what the page says it prints."""
    for part in text.split("$ ")[1:]:
        command, _, expected = part.partition("\n")
        yield command, expected.removesuffix("\n")


def is_as_shown(expected: str, printed: str) -> bool:
    """Whether a command printed what the page shows, where … stands for anything."""
    pattern = re.escape(expected).replace("…", ".*")
    return re.fullmatch(pattern, printed.removesuffix("\n"), re.DOTALL) is not None


def run_page(page: Path, isogloss: Path, folder: Path, environment: Mapping[str, str]) -> int:
    """Run all commands of a page in a folder; how many there are. ``pip install`` has been done.

    Raises:
        AssertionError: A command failed, or printed something else than the page shows.
    """
    path = {**environment, "PATH": f"{isogloss.parent}:{environment['PATH']}"}
    count = 0
    for kind, text in blocks(page):
        listed: list[tuple[str, str | None]]
        if kind == "python":
            listed = [(shlex.join(["python", "-c", text]), None)]
        elif kind == "console":
            listed = [*calls(text)]
        else:
            listed = [(line, None) for line in text.replace("\\\n", " ").splitlines() if line]
        for command, expected in listed:
            if command.startswith("pip install"):
                continue
            count += 1
            if command.startswith("isogloss serve"):
                _visit(command, folder, path)
                continue
            result = subprocess.run(command, shell=True, cwd=folder, env=path, capture_output=True, text=True)
            assert not result.returncode, f"{command}\n{result.stdout}{result.stderr}"
            assert expected is None or is_as_shown(expected, result.stdout), f"{command}\n{result.stdout}"
    return count


def _visit(command: str, folder: Path, environment: Mapping[str, str]) -> None:
    """Start a server at a free port, look at its first page and stop it."""
    words = [*shlex.split(command), "--port", "0"]
    with subprocess.Popen(words, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr  # it is a pipe
        line = process.stderr.readline()
        try:
            where = ADDRESS.search(line)
            assert where, line + process.stderr.read()
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(where[1], timeout=60) as answer:
                assert b"isogloss" in answer.read(), command
        finally:
            process.send_signal(signal.SIGINT)
