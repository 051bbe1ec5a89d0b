"""`isogloss lexicon show`: the pairs of a lexicon with bars of probability."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from isogloss.cli.console import note, print_json, print_rows, say, visible
from isogloss.cli.lexicon.options import Folder
from isogloss.cli.options import Json

if TYPE_CHECKING:
    from isogloss.lexicon.induction.entries import Entry

SHOWN = ("source", "target", "probability", "kind")
EIGHTHS = " ▏▎▍▌▋▊▉█"
BAR = 10  # cells of a full bar; round number
BESIDE = len(" 100%  identical")  # what stands beside the words and the bar
NARROWEST = 4  # cells that a word keeps on a narrow terminal; round number


def show(
    folder: Folder,
    sort: Annotated[
        Literal["frequency", "doubt"],
        typer.Option(help="`frequency` of the source word, or `doubt`: what is most uncertain first."),
    ] = "frequency",
    limit: Annotated[int, typer.Option("-n", "--limit", min=0, help="Number of pairs; 0 for all.")] = 40,
    json: Json = False,
) -> None:
    """Show the pairs of a lexicon in two columns, with bars of probability on a terminal and tabs in a pipe.

    Example: isogloss lexicon show en-fr --sort doubt
    """
    from isogloss.lexicon.induction.folder import read_entries

    entries = list(read_entries(folder))
    if sort == "doubt":
        entries.sort(key=lambda entry: abs(entry.probability - 0.5))
    shown = entries[:limit] if limit else entries
    rows = [(entry.source, entry.target, entry.probability, entry.kind) for entry in shown]
    if json:
        print_json([dict(zip(SHOWN, row, strict=True)) for row in rows])
    elif sys.stdout.isatty():
        for line in table(shown, shutil.get_terminal_size().columns):
            say(line)
    else:
        print_rows(rows)
    right = sum(entry.probability for entry in entries)
    note(f"{len(shown):,} of {len(entries):,} pairs, {right:,.0f} of which are expected to be right")


def table(entries: Sequence[Entry], width: int) -> Iterator[str]:
    """Lines of at most ``width`` cells: both words, a bar, the probability, the kind."""
    room = max((width - BAR - BESIDE - 4) // 2, NARROWEST)
    columns = [[visible(entry.source) for entry in entries], [visible(entry.target) for entry in entries]]
    wide = [min(_widest(column), room) for column in columns]
    for source, target, entry in zip(*columns, entries, strict=True):
        words = "  ".join(_fitted(word, cells) for word, cells in zip((source, target), wide, strict=True))
        yield f"{words}  {bar(entry.probability)} {entry.probability:4.0%}  {entry.kind}".rstrip()


def bar(share: float) -> str:
    """A bar of ``BAR`` cells, filled to ``share`` by eighths of a cell."""
    full_cells, eighths = divmod(round(share * BAR * 8), 8)
    return f"{'█' * full_cells}{EIGHTHS[eighths].strip()}".ljust(BAR)


def _widest(words: Iterable[str]) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, words), default=0)


def _fitted(word: str, cells: int) -> str:
    """``word`` in exactly so many cells; one that is longer ends with an ellipsis."""
    from rich.cells import cell_len, set_cell_size

    return set_cell_size(word, cells) if cell_len(word) <= cells else f"{set_cell_size(word, cells - 1)}…"
