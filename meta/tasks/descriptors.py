"""What describes a task without solving it: the shape of two spaces, their scripts, and how well seeds align them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.data.numerics.normalisation import unit
from isogloss.data.text.scripts import script_of_word
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds

SAMPLE = 1000  # most frequent words that hubness is counted among; round number, bounds a product of n × n
NEIGHBORS = 10  # k of the k-occurrence whose skewness is hubness (Radovanović et al., 2010)
PENALTY = 0.1  # of the ridge regression whose residual describes a task; round number, not tuned
LEADING = 10  # eigenvalues whose share is a number of the descriptor; round number


@dataclass(frozen=True, eq=False)
class LanguageDescriptor:
    """A language by its words and normalised vectors alone.

    ``spectrum`` are the eigenvalues of the covariance as shares of their sum, largest first, shape ``(d,)``;
    ``hubness`` is the skewness of how often a word is among the ten nearest of others (Radovanović et al., 2010);
    ``scripts`` the share of words in each script.
    """

    spectrum: NDArray[np.float64]
    hubness: float
    scripts: Mapping[str, float]

    @classmethod
    def of(cls, words: Vectors, matrix: Matrix) -> LanguageDescriptor:
        """The descriptor of a language with ``matrix``, shape ``(n, d)``, unit length."""
        counted = Counter(script_of_word(word) or "OTHER" for word in words.words)
        scripts = {script: count / len(words) for script, count in counted.items()}
        return cls(spectrum_of(matrix), _hubness(matrix[:SAMPLE]), scripts)

    @property
    def effective_rank(self) -> float:
        """The exponential of the spectrum's entropy, as a share of the dimensions (Roy and Vetterli, 2007)."""
        return effective_rank(self.spectrum)


def spectrum_of(matrix: Matrix) -> NDArray[np.float64]:
    """The eigenvalues of the covariance as shares of their sum, largest first, shape ``(d,)``, of ``(n, d)``."""
    values = np.linalg.eigvalsh(np.cov(matrix.T.astype(np.float64)))[::-1].clip(min=0)
    return np.asarray(values / max(values.sum(), 1e-12))


def effective_rank(spectrum: NDArray[np.float64]) -> float:
    """The exponential of the entropy of a ``spectrum``, shape ``(d,)``, over ``d`` (Roy and Vetterli, 2007)."""
    positive = spectrum[spectrum > 0]
    return float(np.exp(-(positive * np.log(positive)).sum()) / len(spectrum))


def describe_pair(
    a: LanguageDescriptor, b: LanguageDescriptor, source: Vectors, target: Vectors, x: Matrix, y: Matrix, seeds: Seeds
) -> dict[str, float]:
    """What tells a pair of languages and its seeds from others, each number by its name.

    Args:
        a: Of the source language.
        b: Of the target language.
        source: Its words.
        target: Its words.
        x: Normalised source vectors, shape ``(n, d)``.
        y: Normalised target vectors, shape ``(m, d)``.
        seeds: The known pairs.
    """
    size = min(len(a.spectrum), len(b.spectrum))
    logs = [np.log(language.spectrum[:size] + 1e-6) for language in (a, b)]
    same = sum(min(share, b.scripts.get(script, 0.0)) for script, share in a.scripts.items())
    shared = sum(word in target for word in source.words) / min(len(source), len(target))
    return {
        "effective_rank": (a.effective_rank + b.effective_rank) / 2,
        "rank_gap": abs(a.effective_rank - b.effective_rank),
        "leading_share": float(a.spectrum[:LEADING].sum() + b.spectrum[:LEADING].sum()) / 2,
        "spectrum_gap": float(np.abs(logs[0] - logs[1]).mean()),
        "hubness": (a.hubness + b.hubness) / 2,
        "hubness_gap": abs(a.hubness - b.hubness),
        "same_script": same,
        "shared_spelling": shared,
        "seeds": float(np.log(len(seeds))),
        "residual": alignment_residual(x, y, seeds),
    }


def alignment_residual(x: Matrix, y: Matrix, seeds: Seeds) -> float:
    """1 - cosine of seeds carried by the linear map fitted to the other half of them, on average; 1 for too few.

    The map is ridge regression in its dual, a solve of half as many rows as there are seeds.
    """
    words = seeds.words
    if len(words) < 4:
        return 1.0
    cosines = []
    for held_out in (words[::2], words[1::2]):
        train, test = seeds.without(held_out), seeds.only(held_out)
        rows = x[train.source]
        gram = rows @ rows.T + PENALTY * np.eye(len(rows), dtype=rows.dtype)
        predicted = unit((x[test.source] @ rows.T) @ np.linalg.solve(gram, y[train.target]))
        cosines.append((predicted * y[test.target]).sum(axis=1))
    return float(1 - np.concatenate(cosines).mean())


def _hubness(matrix: Matrix) -> float:
    k = min(NEIGHBORS, len(matrix) - 1)
    if k < 1:
        return 0.0
    scores = matrix @ matrix.T
    np.fill_diagonal(scores, -np.inf)
    counts = np.bincount(np.argpartition(scores, -k, axis=1)[:, -k:].ravel(), minlength=len(matrix))
    spread = counts.std()
    return float((((counts - counts.mean()) / spread) ** 3).mean()) if spread > 0 else 0.0
