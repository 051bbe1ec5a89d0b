"""What `--suggest` of `meta adapt` and `meta ranker adapt` prints: the words worth translating next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from isogloss.cli.console import note, print_json, print_rows, progress

if TYPE_CHECKING:
    from isogloss.data.vectors import Vectors

COLUMNS = ("word", "rank", "gain", "nearest seed", "similarity", "guess", "probability")


def print_suggestions(
    ranker: Path | None, source: Vectors, target: Vectors | None, seeds: Path | None, count: int, *, json: bool
) -> None:
    """Print ``count`` words; with a ranker and seeds to adapt it to, words that it is unsure of come first."""
    from isogloss.data.reading import read_dictionary
    from isogloss.lexicon.alignment.seeds import MIN_SEED_WORDS
    from isogloss.meta.new_language.active import suggest
    from isogloss.meta.new_language.adaptation import adapt_to_language
    from isogloss.meta.training.checkpoint import load

    dictionary = None
    if seeds is not None:
        dictionary = read_dictionary(seeds, source.language, target.language if target else "und")
    adapted = None
    if ranker is not None and target is not None:
        checkpoint = load(ranker)
        usable = None if dictionary is None else dictionary.within(source, target)
        if usable is not None and len(usable.by_source) >= MIN_SEED_WORDS:
            adapted = adapt_to_language(checkpoint, source, target, usable, progress=progress)
    if adapted is None and ranker is not None:
        note(f"fewer than {MIN_SEED_WORDS} usable seeds: words are chosen by their vectors alone")
    suggestions = suggest(source, count, known=tuple(dictionary.by_source) if dictionary else (), adapted=adapted)
    if json:
        print_json([suggestion._asdict() for suggestion in suggestions])
        return
    print_rows(suggestions, COLUMNS)
