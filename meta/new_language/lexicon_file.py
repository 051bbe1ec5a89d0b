"""The table that ``meta adapt`` writes."""

from __future__ import annotations

from pathlib import Path

from isogloss.data.dictionary import Dictionary
from isogloss.data.storage import replacing
from isogloss.data.tables import quoted

COLUMNS = ("source", "target", "probability", "rank", "mutual", "seed")


def write_lexicon(dictionary: Dictionary, path: Path, *, force: bool = False) -> None:
    """Write a tab-separated table of pairs with a line of column names, whole or not at all.

    ``rank`` counts a word's translations from 1; ``mutual`` is 1 where both words are each other's nearest in the
    best shared space; ``seed`` is 1 where the pair was given.

    Raises:
        OutputError: ``path`` exists and ``force`` is not set, or it cannot be written.
    """
    with replacing(path, force=force) as part, part.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("\t".join(COLUMNS) + "\n")
        for pair in dictionary:
            evidence = pair.evidence or {}
            stream.write(
                f"{quoted(pair.source)}\t{quoted(pair.target)}\t{pair.weight:.4f}\t{evidence.get('rank', 1)}\t"
                f"{evidence.get('mutual', False):d}\t{evidence.get('seed', False):d}\n"
            )
