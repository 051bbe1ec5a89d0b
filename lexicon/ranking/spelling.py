"""Spelling correspondences between two languages, learned from seeds.

A ridge regression from the character n-grams of source words to those of their translations finds cognates, loan words
across scripts (kana and Latin too) and endings that correspond.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from isogloss.data.text.ngrams import Ngrams
from isogloss.data.text.romanisation import romanised
from isogloss.data.vectors import Matrix
from isogloss.lexicon.search.index import Rows


@dataclass(frozen=True, eq=False)
class Spelling:
    """A linear map from the n-grams of source words to those of target words.

    ``factor``, shape ``(source, source)``, is the Cholesky factor of the regularised Gram matrix and ``cross``, sparse
    of shape ``(source, target)``, what source and target n-grams have in common: few words are scored without the whole
    map. Fitted to fewer pairs than there are n-grams, it is solved at once: there is no factor, and ``cross`` is the
    map.
    """

    source: Ngrams
    target: Ngrams
    factor: Matrix | None
    cross: Any

    @classmethod
    def of(cls, source: Ngrams, target: Ngrams, pairs: tuple[Rows, Rows], *, ridge: float = 1.0) -> Spelling:
        """Learn from the known pairs ``(source rows, target rows)`` of two languages' words."""
        a, b = source.rows_of(pairs[0]), target.rows_of(pairs[1])
        if a.shape[0] < a.shape[1]:
            return cls(source, target, None, a.T @ (_inverse(_factor(a @ a.T, ridge)) @ b))
        return cls(source, target, _factor(a.T @ a, ridge), a.T @ b)

    @cached_property
    def across_scripts(self) -> bool:
        """Whether the languages are written in different scripts, so that letters have to be romanised to compare."""
        return self.source.script != self.target.script

    def comparable(self, words: Sequence[str], rows: Rows) -> tuple[Sequence[str], Sequence[str]]:
        """Words of both languages in the same letters, as far as they can be: romanised where the scripts differ.

        Args:
            words: Source words, ``n`` of them.
            rows: Of target words, shape ``(m,)``.

        Returns:
            ``n`` source words and ``m`` target words.
        """
        if not self.across_scripts:
            return words, [self.target.words[row] for row in rows.tolist()]
        forms = self.target.romanised
        return romanised(words), [forms[row] for row in rows.tolist()]

    @cached_property
    def map(self) -> Matrix:
        """What to expect of each source n-gram, shape ``(source, target)``."""
        return np.ascontiguousarray(self.cross if self.factor is None else _inverse(self.factor) @ self.cross)

    def prepare(self) -> None:
        """Make the map at once, which pays where thousands of words are to be scored."""
        _ = self.map

    def scores(self, words: Sequence[str], rows: Rows) -> Matrix:
        """How well the spelling of candidates agrees with that expected from ``words``.

        Args:
            words: Source words, ``n`` of them.
            rows: Candidate rows of each in the target words, shape ``(n, k)``.

        Returns:
            Scores, shape ``(n, k)``; about 1 for a perfect cognate, about 0 for no relation.
        """
        scores = np.zeros(rows.shape, np.float32)
        for part in _parts(len(words), 1024):
            expected = self._expected(self.source.rows(words[part]))
            candidates = self.target.rows_of(rows[part].ravel())
            spread = np.diff(candidates.indptr)
            query = np.repeat(np.repeat(np.arange(len(expected)), rows.shape[1]), spread)
            products = candidates.data * expected[query, candidates.indices]
            scores[part] = np.bincount(
                np.repeat(np.arange(len(spread)), spread), weights=products, minlength=len(spread)
            ).reshape(-1, rows.shape[1])
        return scores

    def _expected(self, ngrams: Any) -> Matrix:
        """The n-grams to expect in a translation, shape ``(n, target)``."""
        if self.factor is None or "map" in vars(self):
            return np.asarray(ngrams @ self.map)
        from scipy.linalg.lapack import spotrs

        solved, _ = spotrs(self.factor, ngrams.T.toarray(), lower=1)
        return np.asarray(solved.T @ self.cross)


def _factor(gram: Any, ridge: float) -> Matrix:
    """The Cholesky factor of a sparse Gram matrix with ``ridge`` on its diagonal, in the lower triangle."""
    from scipy.linalg.lapack import spotrf

    dense = gram.toarray()
    dense.flat[:: len(dense) + 1] += ridge
    return np.asarray(spotrf(dense, lower=1)[0])


def _inverse(factor: Matrix) -> Matrix:
    """The inverse of what ``factor`` is the Cholesky factor of; with sparse right sides it costs less than solving."""
    from scipy.linalg.lapack import spotri

    lower = np.tril(spotri(factor, lower=1)[0])
    return np.asarray(lower + np.tril(lower, -1).T)


def _parts(count: int, size: int) -> Iterator[slice]:
    return (slice(start, start + size) for start in range(0, count, size))
