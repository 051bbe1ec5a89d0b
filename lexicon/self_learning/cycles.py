"""Cycle consistency: whether pairs lead back to where they came from through third languages."""

from __future__ import annotations

from dataclasses import dataclass

from isogloss.lexicon.alignment.seeds import Seeds

MIN_PAIRS = 30  # pairs on which consistency is measured, at least; round number, not tuned


@dataclass(frozen=True, eq=False)
class Cycles:
    """``inferred`` pairs are those that dictionaries make through third languages; no map takes part.

    A pair of a map closes a cycle if it is one of them: English to French by the map, French to Spanish and Spanish to
    English by dictionaries. (As a criterion that needs no dictionary of the two languages themselves; of dictionaries:
    Villegas et al., 2016, "Leveraging RDF graphs for crossing multiple bilingual dictionaries".)
    """

    inferred: Seeds

    def consistency(self, pairs: Seeds) -> float | None:
        """The share of ``pairs`` that close a cycle, of those whose source word has inferred translations.

        ``None`` where these are fewer than ``MIN_PAIRS``.
        """
        comparable = pairs.only(self.inferred.words)
        if len(comparable) < MIN_PAIRS:
            return None
        gold = self.inferred.gold
        rows = zip(comparable.source.tolist(), comparable.target.tolist(), strict=True)
        return sum(target in gold[source] for source, target in rows) / len(comparable)
