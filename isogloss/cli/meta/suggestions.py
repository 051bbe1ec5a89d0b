"""What `--suggest` of `meta adapt` and `meta ranker adapt` prints: the words worth translating next."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from isogloss.cli.console import print_json, print_rows

if TYPE_CHECKING:
    from isogloss.data.dictionary import Dictionary
    from isogloss.data.vectors import Vectors
    from isogloss.meta.new_language.active import Guess

NO_GUESSES = "words are chosen by their vectors and their distance to the seeds alone"
COLUMNS = ("word", "rank", "gain", "nearest seed", "similarity", "guess", "probability")


def refuse_to_write(suggest: int | None, seeds: Path | None, out: Path | None, graph: str | None) -> None:
    """Suggestions write nothing; all else needs seeds and an output.

    Raises:
        BadParameter: The options do not go together.
    """
    if suggest is None and (seeds is None or out is None):
        raise typer.BadParameter("both are required unless --suggest is given", param_hint="--seeds and --out")
    if suggest is not None and (out or graph):
        raise typer.BadParameter("it writes nothing; leave --out and --graph out", param_hint="--suggest")


def print_suggestions(
    source: Vectors, seeds: Dictionary | None, guesses: Sequence[Guess], count: int, *, json: bool
) -> None:
    """Print ``count`` words; where a model made ``guesses``, words that it is unsure of come first."""
    from isogloss.meta.new_language.active import suggest

    suggestions = suggest(source, count, known=tuple(seeds.by_source) if seeds else (), guesses=guesses)
    if json:
        print_json([suggestion._asdict() for suggestion in suggestions])
        return
    print_rows(suggestions, COLUMNS)
