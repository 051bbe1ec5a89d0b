"""The lines of an induced lexicon, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.numerics.thresholds import best_f1
from isogloss.data.tables import quoted
from isogloss.data.vectors import Matrix
from isogloss.lexicon.induction.selection import THRESHOLDS, Expected, expected
from isogloss.lexicon.search.csls import rank_of
from isogloss.lexicon.search.direction import CANDIDATES
from isogloss.lexicon.search.index import Rows

COLUMNS = ("source", "target", "score", "probability", "rank", "rank_backward", "mutual")


class Entry(NamedTuple):
    """One line: CSLS ``score``, ``rank`` among the source's translations, ``rank_backward`` among the target's.

    ``rank_backward`` 0 is beyond those that are listed.
    """

    source: str
    target: str
    score: float
    probability: float
    rank: int
    rank_backward: int
    mutual: bool


@dataclass(frozen=True, eq=False)
class Entries:
    """Pairs in order of source frequency, then probability; all columns have shape ``(pairs,)``.

    ``expected`` is the expected precision and recall of them, first, and of lexicons with other thresholds.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    score: Matrix
    probability: Matrix
    rank: NDArray[np.int64]
    rank_backward: NDArray[np.int64]
    expected: tuple[Expected, ...] = ()

    def __len__(self) -> int:
        return len(self.source)

    def __iter__(self) -> Iterator[Entry]:
        columns = (self.score, self.probability, self.rank, self.rank_backward, self.mutual)
        return map(Entry._make, zip(self.source, self.target, *(column.tolist() for column in columns), strict=True))

    @property
    def mutual(self) -> NDArray[np.bool_]:
        """Whether each is the other's first translation."""
        return np.asarray((self.rank == 1) & (self.rank_backward == 1), dtype=np.bool_)

    def lines(self) -> Iterator[str]:
        """``lexicon.tsv``: a header, then a line for each pair; a word with a quote in it stands in quotes."""
        yield "\t".join(COLUMNS) + "\n"
        for entry in self:
            yield (
                f"{quoted(entry.source)}\t{quoted(entry.target)}\t{entry.score:.4f}\t{entry.probability:.4f}\t"
                f"{entry.rank}\t{entry.rank_backward}\t{entry.mutual:d}\n"
            )

    def dictionary(self, source: str, target: str) -> Dictionary:
        """The pairs with probability as weight, scores and ranks as evidence."""
        pairs = tuple(
            Pair(
                entry.source,
                entry.target,
                round(entry.probability, 4),
                {"csls": round(entry.score, 4), "rank": entry.rank, "rank_backward": entry.rank_backward},
            )
            for entry in self
        )
        return Dictionary(source, target, pairs, Origin(f"induced {source}-{target}", kind="induced"))


def ordered(probability: Matrix, *, reorder: bool) -> NDArray[np.int64]:
    """The order of each word's candidates, shape ``(n, k)``: by probability among the first, then as they came.

    With ``reorder`` off they keep the order of CSLS.
    """
    places = np.broadcast_to(np.arange(probability.shape[1]), probability.shape)
    if not reorder:
        return np.array(places)
    keys = np.where(places < CANDIDATES, -probability, places)  # places exceed any probability
    return np.argsort(keys, axis=1, kind="stable")


def select(
    sources: Sequence[str],
    targets: Sequence[str],
    rows: Rows,
    scores: Matrix,
    probability: Matrix,
    backward_rows: Rows,
    *,
    min_probability: float | None,
) -> Entries:
    """Keep the candidates that are probable enough: several of a word where they are, none where there is none.

    Args:
        sources: Source words, as many as ``rows`` has rows.
        targets: Target words that ``rows`` points to, as many as ``backward_rows`` has rows.
        rows: Candidates of each source word, best first, shape ``(n, k)``.
        scores: Their CSLS, shape ``(n, k)``.
        probability: Their probability, shape ``(n, k)``.
        backward_rows: Translations of each target word, best first, shape ``(m, k)``.
        min_probability: The lowest probability to keep; ``None`` takes the threshold of the highest expected F1.
    """
    threshold = best_f1(probability, probability).threshold if min_probability is None else min_probability
    word, place = np.nonzero(probability >= threshold)
    target_rows = rows[word, place]
    return Entries(
        tuple(sources[row] for row in word.tolist()),
        tuple(targets[row] for row in target_rows.tolist()),
        scores[word, place],
        probability[word, place],
        place + 1,
        rank_of(backward_rows[target_rows], word),
        tuple(expected(probability, value) for value in (threshold, *THRESHOLDS)),
    )
