"""What is known of a pair of words before it is judged: numbers that mean the same in every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from isogloss.data.numerics.csls import csls
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.profiles import Profiles
from isogloss.lexicon.ranking.spelling import Spelling
from isogloss.lexicon.search.direction import CANDIDATES, Direction, rowwise
from isogloss.lexicon.search.index import Neighbours, Rows

GEOMETRY = (
    "csls",  # after the correction
    "behind_best",  # its distance to the best candidate's
    "margin",  # of the best over the second; of others, to the best
    "log_rank",
    "cosine",  # after the correction of the source
    "cosine_linear",  # of the linear maps alone
    "cosine_back",  # after the correction of the target
    "csls_back",
    "log_rank_back",  # of the source word among the candidate's translations
    "behind_best_back",  # csls_back below that of the candidate's best translation
    "behind_fifth_back",
    "behind_rival_back",  # csls_back below the best csls_back among the candidates
    "source_density",
    "target_density",
    "log_frequency",  # the source word's place in its list
    "log_frequency_target",
    "frequency_gap",
    "like_better",  # cosine to the most similar candidate that stands before it: an inflection of it, say
    "like_others",  # mean cosine to the other candidates
    "profile",  # cosine of how both words stand to the known words of their own language
    "behind_profile",  # its distance to the best candidate's
)
FREQUENCY = ("log_frequency", "log_frequency_target", "frequency_gap")
OF_SCRIPTS = ("letters", "length", "length_target", "length_ratio")
SPELLING = ("edit", "prefix", "suffix", *OF_SCRIPTS)
FEATURES = (*GEOMETRY, *SPELLING)
# The scale of these differs from vectors to vectors and from script to script.
RELATIVE = (*(name for name in GEOMETRY if name not in FREQUENCY), *OF_SCRIPTS)
PLAIN = ("csls", "margin", "log_rank", "log_rank_back", "behind_best_back", "log_frequency")  # cosines alone


class Queries(NamedTuple):
    """Source words as a direction sees them; words outside its list have row -1."""

    words: Sequence[str]
    rows: Rows  # (n,)
    plain: Matrix  # (n, d)
    bent: Matrix  # (n, d)
    density: Matrix  # (n,), to the targets
    density_back: Matrix  # (n,), to the bent targets


@dataclass(frozen=True, eq=False)
class Extractor:
    """Makes features of candidate pairs in one direction.

    ``profiles`` and ``spelling`` were learned without the words they judge; without the latter the features of spelling
    are all 0.
    """

    direction: Direction
    targets: Sequence[str]
    profiles: Profiles
    spelling: Spelling | None

    def queries(self, rows: Rows, words: Sequence[str]) -> Queries:
        """The words at ``rows``."""
        way = self.direction
        return Queries(
            words,
            rows,
            way.source[rows],
            way.bent_source[rows],
            way.onward.source_density[rows],
            way.back.source_density[rows],
        )

    def offered(self, asked: Queries, near: Neighbours) -> Neighbours:
        """``near``, the candidates by CSLS, with the word that is spelled alike in the last place that is judged.

        Names, loan words and numerals may be used so differently that vectors do not find them (words spelled alike as
        evidence: Søgaard et al., 2018).

        Args:
            asked: ``n`` source words.
            near: Rows and CSLS of their candidates, best first, both shape ``(n, k)``; stays as it is.

        Returns:
            The same shapes.
        """
        if self.spelling is None or not near.rows.size:
            return near
        namesake = self.spelling.target.namesakes(asked.words)
        last = min(CANDIDATES, near.rows.shape[1]) - 1
        new = np.flatnonzero((namesake >= 0) & ~(near.rows[:, : last + 1] == namesake[:, None]).any(axis=1))
        way, row = self.direction, namesake[new]
        cosine = np.einsum("nd,nd->n", asked.bent[new], way.target[row])
        rows, scores = near.rows.copy(), near.scores.copy()
        word, place = np.nonzero(rows[new] == row[:, None])  # beyond the last: it and the last change places
        rows[new[word], place], scores[new[word], place] = rows[new[word], last], scores[new[word], last]
        rows[new, last] = row
        scores[new, last] = csls(cosine, asked.density[new], way.onward.target_density[row])
        return Neighbours(rows, scores)

    def __call__(self, asked: Queries, rows: Rows, scores: Matrix) -> Matrix:
        """Features of the candidates ``rows`` of each query, whose CSLS are ``scores``; all shapes ``(n, k)``.

        Returns:
            Shape ``(n, k, len(FEATURES))``, in the order of ``FEATURES``.
        """
        parts = [
            np.concatenate([self._geometry(*each), self._spelling(*each[:2])], axis=-1)
            for each in _blocks(asked, rows, scores)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, rows.shape[1], len(FEATURES)), np.float32)

    def _geometry(self, asked: Queries, rows: Rows, scores: Matrix) -> Matrix:
        way = self.direction
        found = way.target[rows]
        cosine_back = rowwise(asked.plain, way.bent_target[rows])
        back = csls(cosine_back, asked.density_back[:, None], way.back.target_density[rows])
        listed = way.back.backward.scores[rows]  # (n, k, best), each candidate's own best translations
        others = way.back.backward.rows[rows] != asked.rows[:, None, None]
        rank_back = (others & (listed > back[..., None])).sum(axis=-1) + 1
        rank = np.minimum(np.arange(1, rows.shape[1] + 1), CANDIDATES)
        second = scores[:, 1:2] if scores.shape[1] > 1 else scores
        behind = scores - scores[:, :1]
        frequency = np.where(asked.rows >= 0, asked.rows, len(way.source))
        log_frequency = np.log(frequency + 10.0)[:, None]
        log_frequency_target = np.log(rows + 10.0)
        alike = np.einsum("nkd,nld->nkl", found, found[:, :CANDIDATES], optimize=True)
        before = np.tril(np.ones(alike.shape[1:], bool), -1)
        profile = self.profiles.cosines(asked.plain, found, rows)
        columns = (
            scores,
            behind,
            np.where(rank == 1, scores - second, behind),
            np.log(rank),
            rowwise(asked.bent, found),
            rowwise(asked.plain, found),
            cosine_back,
            back,
            np.log(rank_back),
            back - listed[..., 0],
            back - listed[..., min(4, listed.shape[-1] - 1)],
            back - back.max(axis=1, keepdims=True),
            asked.density[:, None],
            way.onward.target_density[rows],
            log_frequency,
            log_frequency_target,
            log_frequency - log_frequency_target,
            np.where(before, alike, -1).max(axis=-1),
            (alike.sum(axis=-1) - 1) / max(1, alike.shape[-1] - 1),
            profile,
            profile - profile.max(axis=1, keepdims=True),
        )
        return np.stack(np.broadcast_arrays(*columns), axis=-1).astype(np.float32)

    def _spelling(self, asked: Queries, rows: Rows) -> Matrix:
        if self.spelling is None:
            return np.zeros((*rows.shape, len(SPELLING)), np.float32)
        from rapidfuzz import process
        from rapidfuzz.distance import Levenshtein, Postfix, Prefix

        words = [word for word in asked.words for _ in range(rows.shape[1])]
        candidates = [self.targets[row] for row in rows.ravel().tolist()]
        same = [
            process.cpdist(words, candidates, scorer=kind.normalized_similarity).reshape(rows.shape)
            for kind in (Levenshtein, Prefix, Postfix)
        ]
        length = np.array([len(word) for word in words], np.float32).reshape(rows.shape)
        length_target = np.array([len(word) for word in candidates], np.float32).reshape(rows.shape)
        letters = self.spelling.scores(asked.words, rows)
        ratio = np.log(np.maximum(length, 1) / np.maximum(length_target, 1))
        return np.stack([*same, letters, length, length_target, ratio], axis=-1).astype(np.float32)


def _blocks(asked: Queries, rows: Rows, scores: Matrix, size: int = 1024) -> Iterator[tuple[Queries, Rows, Matrix]]:
    for start in range(0, len(rows), size):
        part = slice(start, start + size)
        some = Queries(
            asked.words[part],
            asked.rows[part],
            asked.plain[part],
            asked.bent[part],
            asked.density[part],
            asked.density_back[part],
        )
        yield some, rows[part], scores[part]
