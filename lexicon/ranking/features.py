"""Features of a candidate pair: numbers that mean the same in every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from isogloss.data.numerics.csls import csls
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.encoded import ADDED, Encoded
from isogloss.lexicon.alignment.profiles import Profiles
from isogloss.lexicon.alignment.third_languages import PROPOSALS, ThirdLanguages, nothing_known
from isogloss.lexicon.ranking.inflection import Endings, family_columns
from isogloss.lexicon.ranking.spelling import Spelling
from isogloss.lexicon.search.direction import CANDIDATES, Direction, rowwise
from isogloss.lexicon.search.index import Neighbors, Rows

GEOMETRY = (
    "csls",  # after the correction of the source
    "behind_best",  # its difference to the best candidate's
    "margin",  # of the best candidate, to the second; of others, to the best
    "log_rank",
    "cosine",  # after the correction of the source
    "cosine_linear",  # of the linear maps alone
    "cosine_back",  # after the correction of the target
    "csls_back",
    "log_rank_back",  # of the source word among the candidate's translations
    "behind_best_back",  # csls_back minus that of the candidate's best translation
    "behind_fifth_back",
    "behind_rival_back",  # csls_back minus the best csls_back among the candidates
    "source_density",
    "target_density",
    "log_frequency",  # of the source word's frequency rank
    "log_frequency_target",
    "frequency_gap",
    "like_better",  # largest cosine to a candidate ranked before it, which may be an inflection of it
    "like_others",  # mean cosine to the other candidates
    "profile",  # cosine of both words' similarities to the known words of their own language
    "behind_profile",  # its difference to the best candidate's
)
FREQUENCY = ("log_frequency", "log_frequency_target", "frequency_gap")
OF_SCRIPTS = ("letters", "length", "length_target", "length_ratio")
SPELLING = ("edit", "prefix", "suffix", *OF_SCRIPTS)
THIRD = ("third_mean", "third_largest", "third_smallest", "third_behind_best", "third_known")
INFLECTION = (
    "ending",  # log-odds that a candidate with this ending is right
    "ending_pair",  # likewise after the ending of the source word
    "family_share",  # log-share of the candidates that begin alike
    "behind_family",  # CSLS less that of their best
    "family_size",  # logarithm
)
OF_PAIR = (*GEOMETRY, *SPELLING, *INFLECTION)  # what there is for any two languages
FEATURES = (*GEOMETRY, *SPELLING, *THIRD, *INFLECTION)  # new ones stand last: files of earlier versions stay readable
# Features whose scale differs from vectors to vectors and from script to script.
RELATIVE = (*(name for name in GEOMETRY if name not in FREQUENCY), *OF_SCRIPTS, *THIRD[:-1])
# Of a ranker that calibrates only and leaves the order to CSLS.
PLAIN = ("csls", "margin", "log_rank", "log_rank_back", "behind_best_back", "log_frequency")


class Queries(NamedTuple):
    """Source words with what a direction knows of them; words outside its vocabulary have row -1."""

    words: Sequence[str]
    rows: Rows  # (n,)
    linear: Matrix  # (n, d), after the linear map
    corrected: Matrix  # (n, d), after the kernel correction of the source
    density: Matrix  # (n,), of the corrected vectors among the targets
    backward_density: Matrix  # (n,), of the linear vectors among the corrected targets

    def part(self, part: slice) -> Queries:
        """Some of them."""
        return Queries(
            self.words[part],
            self.rows[part],
            self.linear[part],
            self.corrected[part],
            self.density[part],
            self.backward_density[part],
        )


@dataclass(frozen=True, eq=False)
class Extractor:
    """Computes the features of candidate pairs in one direction.

    ``profiles``, ``spelling`` and ``third`` languages are fitted without the pairs that they describe; without
    ``spelling`` its features are all 0, and ``nan`` those of ``third`` languages where none knows the word.
    ``encoded`` has the words by a pre-trained encoder.
    """

    direction: Direction
    targets: Sequence[str]
    profiles: Profiles
    spelling: Spelling | None
    encoded: Encoded | None = None
    third: ThirdLanguages | None = None
    endings: Endings | None = None

    @property
    def width(self) -> int:
        """How many candidates of a word are ranked: behind those by CSLS stand those of third languages."""
        return width(self.third)

    def queries(self, rows: Rows, words: Sequence[str]) -> Queries:
        """The words at ``rows``."""
        direction = self.direction
        return Queries(
            words,
            rows,
            direction.source[rows],
            direction.corrected_source[rows],
            direction.forward_retrieval.source_density[rows],
            direction.backward_retrieval.source_density[rows],
        )

    def candidates(self, queries: Queries, neighbors: Neighbors) -> Neighbors:
        """The candidates by CSLS with those of third languages, encoder and spelling, as the methods below add them."""
        return self.with_namesakes(queries, self.with_encoded(queries, self.with_third(queries, neighbors)))

    def with_third(self, queries: Queries, neighbors: Neighbors) -> Neighbors:
        """The candidates by CSLS, and behind the first ``CANDIDATES`` of them what third languages propose.

        Arguments and result are those of ``with_namesakes``.
        """
        if self.third is None or self.third.turned or neighbors.rows.shape[1] < self.width:
            return neighbors
        proposals = self.third.proposals(queries.rows, neighbors.rows[:, :CANDIDATES])
        for place, rows in enumerate(proposals.T, start=CANDIDATES):
            new = np.flatnonzero(rows >= 0)
            neighbors = self._placed(queries, neighbors, new, rows[new], place)
        return neighbors

    def with_encoded(self, queries: Queries, neighbors: Neighbors) -> Neighbors:
        """The candidates by CSLS, of which the last that are ranked give way to the best ones of the encoder.

        Arguments and result are those of ``with_namesakes``.
        """
        if self.encoded is None or neighbors.rows.shape[1] < CANDIDATES:
            return neighbors
        first_added = CANDIDATES - ADDED
        proposals = self.encoded.proposals(queries.rows, neighbors.rows[:, :first_added])
        for place, rows in enumerate(proposals.T, start=first_added):
            new = np.flatnonzero((queries.rows >= 0) & (rows >= 0) & (neighbors.rows[:, place] != rows))
            neighbors = self._placed(queries, neighbors, new, rows[new], place)
        return neighbors

    def with_namesakes(self, queries: Queries, neighbors: Neighbors) -> Neighbors:
        """The candidates by CSLS, with the target word spelled like the query in the last place that is ranked.

        Names, loan words and numerals may be used so differently that vectors do not find them (identical strings as
        evidence: Søgaard et al., 2018). Across scripts the word that sounds like the query stands in the place before.

        Args:
            queries: ``n`` source words.
            neighbors: Rows and CSLS of their candidates, best first, both shape ``(n, k)``; stays as it is.

        Returns:
            The same shapes.
        """
        if self.spelling is None or not neighbors.rows.size:
            return neighbors
        words, last = self.spelling.target, min(CANDIDATES, neighbors.rows.shape[1]) - 1
        if self.spelling.across_scripts and last > 0:
            neighbors = self._with(queries, neighbors, words.loan_words(queries.words), last - 1)
        return self._with(queries, neighbors, words.namesakes(queries.words), last)

    def _with(self, queries: Queries, neighbors: Neighbors, rows: Rows, place: int) -> Neighbors:
        """Target ``rows``, shape ``(n,)``, put in ``place`` where they are not -1 and not ranked yet."""
        ranked = neighbors.rows[:, : min(CANDIDATES, neighbors.rows.shape[1])]
        new = np.flatnonzero((rows >= 0) & ~(ranked == rows[:, None]).any(axis=1))
        return self._placed(queries, neighbors, new, rows[new], place)

    def _placed(self, queries: Queries, neighbors: Neighbors, words: Rows, row: Rows, last: int) -> Neighbors:
        """Target ``row`` of each of some ``words`` put in place ``last``, both shape ``(w,)``."""
        cosine = np.einsum("nd,nd->n", queries.corrected[words], self.direction.target[row])
        rows, scores = neighbors.rows.copy(), neighbors.scores.copy()
        word, place = np.nonzero(rows[words] == row[:, None])  # beyond the last: it and the last change places
        rows[words[word], place], scores[words[word], place] = rows[words[word], last], scores[words[word], last]
        rows[words, last] = row
        target_density = self.direction.forward_retrieval.target_density[row]
        scores[words, last] = csls(cosine, queries.density[words], target_density)
        return Neighbors(rows, scores)

    def __call__(self, queries: Queries, rows: Rows, scores: Matrix) -> Matrix:
        """Features of the candidates ``rows`` of each query, whose CSLS are ``scores``; all shapes ``(n, k)``.

        Returns:
            Shape ``(n, k, len(FEATURES))``, in the order of ``FEATURES``; behind them the columns of ``encoded``.
        """
        blocks = [
            np.concatenate(
                [
                    self._geometry(queries.part(part), rows[part], scores[part]),
                    self._spelling(queries.words[part], rows[part]),
                    self._third(queries.rows[part], rows[part]),
                    self._inflection(queries.words[part], rows[part], scores[part]),
                    *(() if self.encoded is None else (self.encoded.columns(queries.rows[part], rows[part]),)),
                ],
                axis=-1,
            )
            for part in _blocks(len(rows))
        ]
        return np.concatenate(blocks) if blocks else np.zeros((0, rows.shape[1], len(FEATURES)), np.float32)

    def _geometry(self, queries: Queries, rows: Rows, scores: Matrix) -> Matrix:
        direction = self.direction
        candidates = direction.target[rows]  # (n, k, d)
        cosine_back = rowwise(queries.linear, direction.corrected_target[rows])
        target_density = direction.backward_retrieval.target_density[rows]
        csls_back = csls(cosine_back, queries.backward_density[:, None], target_density)
        translations = direction.backward_retrieval.backward  # of each candidate, shape (m, best)
        listed = translations.scores[rows]  # (n, k, best)
        rivals = translations.rows[rows] != queries.rows[:, None, None]
        rank_back = (rivals & (listed > csls_back[..., None])).sum(axis=-1) + 1
        rank = np.minimum(np.arange(1, rows.shape[1] + 1), CANDIDATES)
        second = scores[:, 1:2] if scores.shape[1] > 1 else scores
        behind_best = scores - scores[:, :1]
        frequency_rank = np.where(queries.rows >= 0, queries.rows, len(direction.source))
        log_frequency = np.log(frequency_rank + 10.0)[:, None]
        log_frequency_target = np.log(rows + 10.0)
        similarity = np.einsum("nkd,nld->nkl", candidates, candidates[:, :CANDIDATES], optimize=True)
        before = np.tril(np.ones(similarity.shape[1:], bool), -1)
        profile = self.profiles.cosines(queries.linear, candidates, rows)
        columns = (
            scores,
            behind_best,
            np.where(rank == 1, scores - second, behind_best),
            np.log(rank),
            rowwise(queries.corrected, candidates),
            rowwise(queries.linear, candidates),
            cosine_back,
            csls_back,
            np.log(rank_back),
            csls_back - listed[..., 0],
            csls_back - listed[..., min(4, listed.shape[-1] - 1)],
            csls_back - csls_back.max(axis=1, keepdims=True),
            queries.density[:, None],
            direction.forward_retrieval.target_density[rows],
            log_frequency,
            log_frequency_target,
            log_frequency - log_frequency_target,
            np.where(before, similarity, -1).max(axis=-1),
            (similarity.sum(axis=-1) - 1) / max(1, similarity.shape[-1] - 1),
            profile,
            profile - profile.max(axis=1, keepdims=True),
        )
        return np.stack(np.broadcast_arrays(*columns), axis=-1).astype(np.float32)

    def _third(self, queries: Rows, rows: Rows) -> Matrix:
        return nothing_known(rows.shape) if self.third is None else self.third.features(queries, rows)

    def _inflection(self, queries: Sequence[str], rows: Rows, scores: Matrix) -> Matrix:
        if self.spelling is None or self.endings is None:
            return np.zeros((*rows.shape, len(INFLECTION)), np.float32)
        targets, place = np.unique(rows, return_inverse=True)
        target = self.endings.targets([self.targets[row] for row in targets.tolist()])[place].reshape(rows.shape)
        source = self.endings.sources(queries)[:, None]
        endings = np.stack([self.endings.alone[target], self.endings.paired[source, target]], axis=-1)
        family = self.spelling.target.families[rows]
        return np.concatenate([endings, family_columns(family, scores, self.width)], axis=-1).astype(np.float32)

    def _spelling(self, queries: Sequence[str], rows: Rows) -> Matrix:
        if self.spelling is None:
            return np.zeros((*rows.shape, len(SPELLING)), np.float32)
        from rapidfuzz import process
        from rapidfuzz.distance import Levenshtein, Postfix, Prefix

        alike, targets = self.spelling.comparable(queries, rows.ravel())
        words = [word for word in alike for _ in range(rows.shape[1])]
        similarities = [
            process.cpdist(words, targets, scorer=kind.normalized_similarity).reshape(rows.shape)
            for kind in (Levenshtein, Prefix, Postfix)
        ]
        length = np.array([[len(word)] * rows.shape[1] for word in queries], np.float32)
        length_target = np.array([len(self.targets[row]) for row in rows.ravel().tolist()], np.float32)
        length_target = length_target.reshape(rows.shape)
        letters = self.spelling.scores(queries, rows)
        ratio = np.log(np.maximum(length, 1) / np.maximum(length_target, 1))
        return np.stack([*similarities, letters, length, length_target, ratio], axis=-1).astype(np.float32)


def fits_names(names: Sequence[str]) -> bool:
    """Whether the features ``names`` of a file stand at the same places here; new ones come behind all others."""
    return len(names) > 0 and tuple(names) == FEATURES[: len(names)]


def width(third: ThirdLanguages | None) -> int:
    """How many candidates of a word are ranked, with ``third`` languages or without."""
    return CANDIDATES if third is None or third.turned else CANDIDATES + PROPOSALS


def _blocks(count: int, size: int = 1024) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, count, size))
