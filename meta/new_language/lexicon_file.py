"""The table that ``meta ranker adapt`` writes: the pairs that are sure enough."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.storage import replacing
from isogloss.data.tables import quoted
from isogloss.lexicon.induction.selection import Selection

LOW_PROBABILITY = 0.5  # mean of the best translations; below it most of them are expected to be wrong
COLUMNS = ("source", "target", "probability", "rank", "mutual", "seed")


class LexiconSummary(NamedTuple):
    """The mean probability of each word's best translation, pairs left out, and pairs written that are right."""

    mean_probability: float
    left_out: int
    expected_right: int

    def warnings(self) -> list[str]:
        """What a user should know and do where most words are translated wrongly."""
        if self.mean_probability >= LOW_PROBABILITY:
            return []
        return [
            f"the mean probability of the best translations is {self.mean_probability:.0%}, so {self.left_out:,} pairs "
            "that are not sure enough are left out (--for recall keeps more); add seeds, which --suggest chooses, or "
            "build the lexicon with self-learning: isogloss meta adapt"
        ]


def surest(every: Dictionary, selection: Selection) -> tuple[Dictionary, LexiconSummary]:
    """The seeds and the pairs that ``selection`` keeps, and how sure all translations are."""
    new = [pair for pair in every if not (pair.evidence or {}).get("seed")]
    probability = np.array([pair.weight for pair in new], np.float32)
    threshold = selection.threshold(probability)
    retained = tuple(pair for pair in every if (pair.evidence or {}).get("seed") or pair.weight >= threshold)
    first = [pair.weight for pair in new if (pair.evidence or {}).get("rank") == 1]
    mean = float(np.mean(first)) if first else 1.0
    right = round(sum(pair.weight for pair in retained))
    return replace(every, pairs=retained), LexiconSummary(round(mean, 4), len(every) - len(retained), right)


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
