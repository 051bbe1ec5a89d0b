"""What `--suggest` of `meta adapt` and `meta ranker adapt` prints: the words worth translating next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from isogloss.cli.console import print_json, print_rows

if TYPE_CHECKING:
    from isogloss.data.dictionary import Dictionary
    from isogloss.data.vectors import Vectors
    from isogloss.meta.new_language.active import Guess

COLUMNS = ("word", "rank", "gain", "nearest seed", "similarity", "guess", "probability")
VECTORS_ALONE = "words are chosen by their vectors alone"


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
