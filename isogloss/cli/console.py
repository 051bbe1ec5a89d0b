"""What the command line says and where: data on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from io import TextIOWrapper
from itertools import islice
from typing import Any, TextIO, TypeVar

from isogloss.data.addresses import masked_within
from isogloss.data.words import visible
from isogloss.progress import progress_bar

__all__ = [
    "be_quiet",
    "complain",
    "let_go",
    "note",
    "open_closed_streams",
    "print_json",
    "print_rows",
    "progress",
    "say",
    "speak_utf8",
    "visible",
    "warn",
]

T = TypeVar("T")
GAP = 2  # cells between columns; round number
TOGETHER = 200  # rows of a terminal's table that are laid out at once; round number
_quiet = False


def be_quiet(quiet: bool = True) -> None:
    """Say nothing but errors from now on: no notes, no warnings, no progress."""
    global _quiet
    _quiet = quiet


def progress(items: Iterable[T], description: str, total: int | None = None) -> Iterator[T]:
    """A progress bar on a terminal, unless the user wants quiet."""
    return iter(items) if _quiet else progress_bar(items, description, total)


def speak_utf8() -> None:
    """Print UTF-8 whatever the console's own encoding is, as on Windows and in cron jobs."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def open_closed_streams() -> None:
    """Put nothing in the place of standard streams that were closed at the start, also for files and native code."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 (for as long as we run)


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
    """One line about an error, without the passwords of addresses in it."""
    _tell(f"error: {masked_within(message)}")


def note(message: str) -> None:
    """One line about what is going on or was noticed."""
    if not _quiet:
        _tell(masked_within(message))


def warn(messages: Iterable[str]) -> None:
    """What the user should know about an input that was read all the same."""
    for message in messages:
        note(f"warning: {message}")


def print_rows(rows: Iterable[Sequence[object]], header: Sequence[str] | None = None) -> None:
    """A table on stdout: columns that fit the width of a terminal; in files and pipes, lines separated by tabs.

    Tabs and line ends inside a value become blanks.
    """
    cells = ([_cell(value) for value in row] for row in rows)
    if sys.stdout is not None and sys.stdout.isatty():
        _draw(([visible(cell) for cell in row] for row in cells), header)
        return
    if header:
        say("\t".join(header), sys.stdout)
    if sys.stdout is not None:
        sys.stdout.writelines("\t".join(row) + "\n" for row in cells)


def _draw(rows: Iterator[list[str]], header: Sequence[str] | None) -> None:
    """Columns for a terminal; what is too long goes on in the next line of its column."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False)
    bold = "" if os.environ.get("NO_COLOR") else "bold"
    while (batch := list(islice(rows, TOGETHER))) or header:
        table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, show_header=bool(header), header_style=bold)
        for column, cells in enumerate(_widths([list(header), *batch] if header else batch, console.width)):
            table.add_column(Text(header[column]) if header else "", overflow="fold", width=cells)
        for row in batch:
            table.add_row(*map(Text, row))
        console.print(table)
        header = None


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int | None]:
    """The cells of each column: all that it needs, or its longest word and a share of the room that is left.

    The first column, which names the row, is not broken where that leaves room for the longest words of the others.
    Where there is no room even for these, rich decides.
    """
    from rich.cells import cell_len

    columns = [[row[at] for row in rows if at < len(row)] for at in range(max(map(len, rows)))]
    widest = [max(map(cell_len, column)) for column in columns]
    words = [max((cell_len(word) for cell in column for word in cell.split()), default=0) for column in columns]
    room = width - GAP * len(columns)
    if sum(widest) <= room:
        return list(widest)
    for least in ([*widest[:1], *words[1:]], words):
        if (free := room - sum(least)) >= 0:
            wanted = sum(widest) - sum(least)
            return [few + free * (all_of_it - few) // wanted for few, all_of_it in zip(least, widest, strict=True)]
    return [None] * len(columns)


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    say(json.dumps(value, ensure_ascii=False, indent=2, default=str), sys.stdout)


def let_go(stream: TextIO | None) -> None:
    """What a stream could not take is not tried again, with a complaint of Python's, when the process ends."""
    if stream is not None:
        with suppress(OSError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _tell(text: str) -> None:
    if sys.stderr is None:  # it was closed when the program was started
        return
    try:
        say(text, sys.stderr)
    except OSError:  # a full disk, or a reader that has gone; the exit status still tells
        let_go(sys.stderr)


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    return "" if value is None else " ".join(str(value).splitlines()).replace("\t", " ")
