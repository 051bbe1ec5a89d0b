"""What the command line says and where: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import Any, TextIO

from isogloss.data.words import visible
from isogloss.progress import progress_bar as progress

__all__ = ["complain", "note", "print_json", "print_rows", "progress", "say", "speak_utf8", "visible", "warn"]


def speak_utf8() -> None:
    """Print UTF-8 whatever the console's own encoding is, as on Windows and in cron jobs."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def say(text: str, stream: TextIO | None = None) -> None:
    """A line on ``stream``, stdout by default.

    On a terminal, control characters of words, names and servers are shown as escapes; in files and pipes text stays as
    it is.
    """
    stream = sys.stdout if stream is None else stream
    if stream is None:  # closed when the program was started
        return
    print(visible(text) if stream.isatty() else text, file=stream)


def complain(message: str) -> None:
    """One line about an error."""
    _tell(f"error: {message}")


def note(message: str) -> None:
    """One line about what is going on or was noticed."""
    _tell(message)


def warn(messages: Iterable[str]) -> None:
    """What the user should know about an input that was read all the same."""
    for message in messages:
        _tell(f"warning: {message}")


def print_rows(rows: Iterable[Sequence[object]], header: Sequence[str] | None = None) -> None:
    """Tab-separated lines on stdout; tabs and line ends inside a value become blanks."""
    if header:
        say("\t".join(header), sys.stdout)
    for row in rows:
        say("\t".join(_cell(value) for value in row), sys.stdout)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str), sys.stdout)


def _tell(text: str) -> None:
    if sys.stderr is not None:  # else it was closed when the program was started
        say(text, sys.stderr)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return "" if value is None else " ".join(str(value).splitlines()).replace("\t", " ")
