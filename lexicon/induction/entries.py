"""The lines of an induced lexicon, as columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.tables import quoted
from isogloss.data.vectors import Matrix
from isogloss.lexicon.induction.kinds import COUNTED, NAMES
from isogloss.lexicon.induction.selection import THRESHOLDS, Expected, Goal, Selection, expected
from isogloss.lexicon.search.csls import rank_of
from isogloss.lexicon.search.direction import CANDIDATES
from isogloss.lexicon.search.index import Rows

if TYPE_CHECKING:  # it brings torch, which a lexicon that is there does not need
    from isogloss.lexicon.induction.ranked import Ranked

COLUMNS = ("source", "target", "score", "probability", "rank", "rank_backward", "mutual", "kind")


class Entry(NamedTuple):
    """One line: CSLS ``score``, ``rank`` among the source's translations, ``rank_backward`` among the target's.

    ``rank_backward`` 0 is beyond those that are listed. ``kind`` is empty, or one of ``identical``, ``name``,
    ``foreign``, ``code``, ``number``.
    """

    source: str
    target: str
    score: float
    probability: float
    rank: int
    rank_backward: int
    mutual: bool
    kind: str = ""


@dataclass(frozen=True, eq=False)
class Entries:
    """Pairs in order of source frequency, then probability; all columns have shape ``(pairs,)``.

    ``expected`` is the expected precision and recall of them, first, and of lexicons with other thresholds; ``goals``
    those of the lexicon that each goal would give; ``left_out`` how many more pairs there would be but for their kind;
    ``mean_probability`` that of the first translation of each frequent word, written or not.
    """

    source: tuple[str, ...]
    target: tuple[str, ...]
    score: Matrix
    probability: Matrix
    rank: NDArray[np.int64]
    rank_backward: NDArray[np.int64]
    kinds: tuple[str, ...] = ()
    expected: tuple[Expected, ...] = ()
    goals: Mapping[Goal, Expected] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    mean_probability: float = 1.0

    def __len__(self) -> int:
        return len(self.source)

    @property
    def expected_right(self) -> int:
        """How many of the pairs are expected to be right: the sum of their probabilities."""
        return round(float(self.probability.sum(dtype=np.float64)))

    def __iter__(self) -> Iterator[Entry]:
        columns = (self.score, self.probability, self.rank, self.rank_backward, self.mutual)
        lists = (column.tolist() for column in columns)
        return map(Entry._make, zip(self.source, self.target, *lists, self.kinds or [""] * len(self), strict=True))

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
                f"{entry.rank}\t{entry.rank_backward}\t{entry.mutual:d}\t{entry.kind}\n"
            )

    def dictionary(self, source: str, target: str) -> Dictionary:
        """The pairs with probability as weight, scores and ranks as evidence."""
        pairs = tuple(
            Pair(
                entry.source,
                entry.target,
                round(entry.probability, 4),
                {"csls": round(entry.score, 4), "rank": entry.rank, "rank_backward": entry.rank_backward}
                | ({"kind": entry.kind} if entry.kind else {}),
            )
            for entry in self
        )
        return Dictionary(source, target, pairs, Origin(f"induced {source}-{target}", kind="induced"))


def ordered(probability: Matrix, *, reorder: bool, width: int = CANDIDATES) -> NDArray[np.int64]:
    """The order of each word's candidates, shape ``(n, k)``: by probability among the first, then as they came.

    The first are ``width``, those that the extractor of the features ranks.

    With ``reorder`` off they keep the order of CSLS.
    """
    places = np.broadcast_to(np.arange(probability.shape[1]), probability.shape)
    if not reorder:
        return np.array(places)
    keys = np.where(places < width, -probability, places)  # places exceed any probability
    return np.argsort(keys, axis=1, kind="stable")


def select(
    sources: Sequence[str],
    targets: Sequence[str],
    ranked: Ranked,
    backward_rows: Rows,
    *,
    selection: Selection,
    kinds: NDArray[np.int8] | None = None,
    leave_out: Sequence[int] = (),
) -> Entries:
    """Keep the candidates that are probable enough: several of a word where they are, none where there is none.

    Args:
        sources: The ``n`` source words.
        targets: The ``m`` target words.
        ranked: Candidates of each source word, best first.
        backward_rows: Translations of each target word, best first, shape ``(m, k)``.
        selection: Which of them are kept.
        kinds: What kind of pair each is (``lexicon.induction.kinds``), shape ``(n, k)``.
        leave_out: The kinds that are not.
    """
    rows, scores, every, _ = ranked
    kinds = np.zeros(rows.shape, np.int8) if kinds is None else kinds
    probability = np.where(np.isin(kinds, leave_out), 0, every).astype(np.float32)
    threshold = selection.threshold(probability)
    word, place = np.nonzero(probability >= threshold)
    missed = kinds[(probability < threshold) & (every >= threshold)]
    target_rows = rows[word, place]
    return Entries(
        tuple(sources[row] for row in word.tolist()),
        tuple(targets[row] for row in target_rows.tolist()),
        scores[word, place],
        probability[word, place],
        place + 1,
        rank_of(backward_rows[target_rows], word),
        tuple(NAMES[kind] for kind in kinds[word, place].tolist()),
        tuple(expected(probability, value) for value in (threshold, *THRESHOLDS)),
        {goal: expected(probability, Selection(goal).threshold(probability)) for goal in get_args(Goal)},
        {name: count for name, kind in COUNTED.items() if (count := int((missed == kind).sum()))},
    )
