"""Similarity profiles: words by their similarities within their own language, comparable without any map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix
from isogloss.lexicon.alignment.maps import MappedRows
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.search.csls import retrieve
from isogloss.lexicon.search.index import Rows

MATCHED_WORDS = 2_000  # most frequent words of a language; round number, not tuned
DISTRIBUTION_WORDS = 4_000  # likewise; 4,000 as in Artetxe et al. (2018)


class _LengthsOf(NamedTuple):
    """The lengths of the profiles of words, made when they are asked for."""

    words: MappedRows
    gram: Matrix

    def of(self, rows: Rows) -> Matrix:
        distinct, place = np.unique(rows, return_inverse=True)
        return _lengths(self.words[distinct], self.gram)[place.reshape(rows.shape)]


@dataclass(frozen=True, eq=False)
class Profiles:
    """Compares words by their cosines to the known words of their own language (Moschella et al., 2023).

    With ``a`` and ``b`` the known pairs, the profile of a source word is ``x @ a.T`` and that of a target word
    ``y @ b.T``. Their cosine takes no more than ``cross = a.T @ b`` and ``gram = a.T @ a``, both shape ``(d, d)``, and
    the lengths of the profiles of all target words, shape ``(m,)``, or of those that are asked for.
    """

    cross: Matrix
    gram: Matrix
    lengths: Matrix | _LengthsOf

    @classmethod
    def of(cls, x: Matrix | MappedRows, y: Matrix | MappedRows, pairs: Seeds) -> Profiles:
        """Of words in ``x``, shape ``(n, d)``, and ``y``, shape ``(m, d)``, of which ``pairs`` are known."""
        a, b = x[pairs.source], y[pairs.target]
        gram = b.T @ b
        lengths = _LengthsOf(y, gram) if isinstance(y, MappedRows) else _lengths(y, gram)
        return cls(a.T @ b, a.T @ a, lengths)

    def cosines(self, x: Matrix, y: Matrix, rows: Rows) -> Matrix:
        """Of each source word in ``x``, shape ``(n, d)``, with its candidates.

        Args:
            x: Source words, shape ``(n, d)``.
            y: The candidates of each, shape ``(n, k, d)``.
            rows: Their rows among all target words, shape ``(n, k)``.

        Returns:
            Cosines of profiles, shape ``(n, k)``.
        """
        products = np.einsum("nd,nkd->nk", x @ self.cross, y, optimize=True)
        lengths = self.lengths.of(rows) if isinstance(self.lengths, _LengthsOf) else self.lengths[rows]
        return np.asarray(products / (_lengths(x, self.gram)[:, None] * lengths), dtype=np.float32)


def _lengths(x: Matrix, gram: Matrix) -> Matrix:
    squares = np.einsum("nd,nd->n", x @ gram, x, optimize=True)
    return np.asarray(np.sqrt(np.maximum(squares, 1e-12)), dtype=np.float32)


def seed_profiles(x: Matrix, y: Matrix, seeds: Seeds, *, frequent: int = MATCHED_WORDS) -> Seeds:
    """Pairs of words with similar cosines to the seed words of their own language.

    A word's profile is its cosines to the seeds (relative representations; Moschella et al., 2023), minus the mean of
    its language. Profiles are compared by CSLS; mutual nearest neighbors are the pairs.

    Args:
        x: Normalised source vectors, shape ``(n, d)``, most frequent word first.
        y: Normalised target vectors, shape ``(m, e)``.
        seeds: Known pairs of rows.
        frequent: Most frequent words of either language that are matched.
    """
    return _matched(_centred(x[:frequent] @ x[seeds.source].T), _centred(y[:frequent] @ y[seeds.target].T))


def similarity_distributions(x: Matrix, y: Matrix, *, frequent: int = DISTRIBUTION_WORDS) -> Seeds:
    """Pairs of words with similar distributions of similarities to all words of their own language, without seeds.

    The sorted rows of the square root of each language's similarity matrix are compared (Artetxe et al., 2018, "A
    robust self-learning method for fully unsupervised cross-lingual mappings of word embeddings").

    Args:
        x: Normalised source vectors, shape ``(n, d)``, most frequent word first.
        y: Normalised target vectors, shape ``(m, e)``.
        frequent: Most frequent words of either language that are matched and that similarities go over.
    """
    size = min(frequent, len(x), len(y))
    return _matched(_distribution(x[:size]), _distribution(y[:size]))


def _distribution(x: Matrix) -> Matrix:
    u, s, _ = np.linalg.svd(x, full_matrices=False)
    return _centred(np.sort((u * s) @ u.T, axis=1))


def _centred(rows: Matrix) -> Matrix:
    rows = unit(rows)
    return unit(rows - rows.mean(axis=0))


def _matched(a: Matrix, b: Matrix) -> Seeds:
    return Seeds.of_rows(retrieve(a, b, 1).mutual())
