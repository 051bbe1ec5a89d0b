"""The candidates of words with all that is known of each pair, ready to be judged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.ranking.features import Extractor
from isogloss.lexicon.ranking.ranker import Ranker
from isogloss.lexicon.search.index import Neighbours, Rows

MANY = 2_000  # words from which it pays to learn the map of spellings as a whole
SURE = 0.5  # the probability from which a pair is worth learning from


@dataclass(frozen=True, eq=False)
class Candidates:
    """``words`` (rows), shape ``(n,)``, their candidates ``rows``, ``(n, k)``, and ``features``, ``(n, k, f)``."""

    words: Rows
    rows: Rows
    features: Matrix

    @classmethod
    def of(cls, extractor: Extractor, words: Rows, names: Sequence[str]) -> Candidates:
        """The candidates that ``extractor`` sees for ``words``, of which ``names`` has the spelling of each row."""
        if extractor.spelling is not None and len(words) >= MANY:
            extractor.spelling.prepare()
        found = extractor.direction.onward.forward
        asked = extractor.queries(words, [names[word] for word in words.tolist()])
        rows, scores = extractor.offered(asked, Neighbours(found.rows[words], found.scores[words]))
        return cls(words, rows, extractor(asked, rows, scores))

    @classmethod
    def together(cls, parts: Iterable[Candidates]) -> Candidates:
        """Several parts as one."""
        words, rows, features = zip(*((part.words, part.rows, part.features) for part in parts), strict=True)
        return cls(np.concatenate(words), np.concatenate(rows), np.concatenate(features))

    def of_words(self, words: Rows) -> Candidates:
        """Those of ``words``, as far as they are here, in the order of rows."""
        order = np.argsort(self.words, kind="stable")
        place = order[np.searchsorted(self.words, np.intersect1d(words, self.words), sorter=order)]
        return Candidates(self.words[place], self.rows[place], self.features[place])

    def agreed(self, ranker: Ranker, *, least: float = SURE, fewest: int = 0) -> Seeds:
        """The pairs that are each other's most probable translation, with a probability of at least ``least``.

        Where those are less than ``fewest``, it is so many of the most probable ones.

        A pair counts as a target's best among the words that list the target as a candidate.
        """
        probability = ranker(self.features)
        best = probability.argmax(axis=1)
        each = np.arange(len(best))
        found, chance = self.rows[each, best], probability[each, best]
        order = np.argsort(probability, axis=None, kind="stable")  # the last to claim a target is the surest
        claimed = np.full(int(self.rows.max(initial=-1)) + 1, -1, np.int64)
        claimed[self.rows.ravel()[order]] = order // self.rows.shape[1]
        mutual = claimed[found] == each
        enough = np.sort(chance[mutual])[::-1][:fewest].min(initial=1.0)
        kept = mutual & (chance >= min(least, enough))
        return Seeds(self.words[kept], found[kept])
