"""Whether pairs lead back to where they came from through third languages."""

from __future__ import annotations

from dataclasses import dataclass

from isogloss.lexicon.alignment.seeds import Seeds

FEWEST = 30  # pairs whose cycles say something about all


@dataclass(frozen=True, eq=False)
class Cycles:
    """``closing`` are the pairs that third languages lead to, by dictionaries that are known and no map.

    A found pair closes a cycle if it is one of them: English to French by the map, French to Spanish and Spanish to
    English by dictionaries. (As a criterion that needs no dictionary of the two languages themselves; of dictionaries:
    Villegas et al., 2016, "Leveraging RDF graphs for crossing multiple bilingual dictionaries".)
    """

    closing: Seeds

    def consistency(self, pairs: Seeds) -> float | None:
        """Of the ``pairs`` whose source word leads somewhere, the share that closes; ``None`` where those are few."""
        asked = pairs.only(self.closing.words)
        if len(asked) < FEWEST:
            return None
        gold = self.closing.gold
        rows = zip(asked.source.tolist(), asked.target.tolist(), strict=True)
        return sum(target in gold[source] for source, target in rows) / len(asked)
