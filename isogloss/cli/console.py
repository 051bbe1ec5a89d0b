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
    stream = stream or sys.stdout
    print(visible(text) if stream.isatty() else text, file=stream)


def complain(message: str) -> None:
    """One line about an error."""
    say(f"error: {message}", sys.stderr)


def note(message: str) -> None:
    """One line about what is going on or was noticed."""
    say(message, sys.stderr)


def warn(messages: Iterable[str]) -> None:
    """What the user should know about an input that was read all the same."""
    for message in messages:
        say(f"warning: {message}", sys.stderr)


def print_rows(rows: Iterable[Sequence[object]], header: Sequence[str] | None = None) -> None:
    """Tab-separated lines on stdout; tabs and line ends inside a value become blanks."""
    if header:
        say("\t".join(header))
    for row in rows:
        say("\t".join(_cell(value) for value in row))


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return "" if value is None else " ".join(str(value).splitlines()).replace("\t", " ")
