"""Two languages' word vectors of any number, made to resemble real ones.

Words are leaves of a tree of clusters (topics of about 2,000 words, down to pairs), so that neighbors of a word come
at all distances; their variance falls off by direction as a power, as in fastText vectors; each word and each language
add noise of their own. The two languages share 70 % of their words; the rest have no translation.

Compared with 300-dimensional English and French vectors of about 16,000 words, aligned by their identical strings
(real → made): variance along the 1st, 6th, 21st and 101st principal direction 0.098, 0.023, 0.0079, 0.0022 → 0.092,
0.024, 0.0088, 0.0020; standard deviation of all cosines 0.145 → 0.143; cosine to the nearest, 2nd, 5th, 10th, 50th and
200th word of the other language 0.62, 0.56, 0.51, 0.47, 0.38, 0.31 → 0.65, 0.56, 0.49, 0.45, 0.38, 0.32; density
(mean cosine to the 10 nearest), 1st, 50th and 99th percentile 0.32, 0.52, 0.75 → 0.35, 0.51, 0.71; words in mutual
pairs 55 % → 57 %. Real vectors have more hubs (the most frequent neighbor stands in 392 lists of ten, here in about
200), and more close synonyms within a language (nearest word at 0.76, here at 0.59).

``with_words`` gives them words, most frequent first, and turns the target language at random, so that the spaces have
to be aligned. A word and its translation have similar ranks: the logarithms differ by 0.7 (standard deviation), as a
guess on the side of the harder; between those of the bundled sample it is 0.45 (English and French) to 0.62 (Finnish).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.search.index import Rows

SHARED = 0.7  # of each vocabulary have a translation in the other
TREE = ((2000, 0.2), (300, 0.13), (50, 0.12), (10, 0.15), (3, 0.15))  # words in a cluster, variance
OWN = (1.2, 5.0)  # of the beta distribution of the share that a word has alone; the mean is a fifth
NOISE = (2.0, 3.7)  # of the beta distribution of the share that differs between the languages; the mean is 0.35
DECAY = 0.85  # variance falls with this power of the direction's rank
SPREAD = 0.5  # standard deviation of the logarithm of a word's rank about that of its meaning


class Languages(NamedTuple):
    """Unit vectors of two languages in one space, each of shape ``(words, dimensions)``.

    ``pairs``, shape ``(shared, 2)``, are the rows of the words that translate each other.
    """

    source: Matrix
    target: Matrix
    pairs: Rows


class Vocabularies(NamedTuple):
    """Two languages in spaces of their own, and all translations, those of the most frequent source words first."""

    source: Vectors
    target: Vectors
    gold: Dictionary


def two_languages(words: int, generator: np.random.Generator, *, dimensions: int = 300) -> Languages:
    """The vectors of two languages."""
    shared = int(words * SHARED)
    meanings = 2 * words - shared
    latent = _meanings(meanings, dimensions, generator)
    order = generator.permutation(meanings)
    source, target = order[:words], generator.permutation(np.concatenate([order[:shared], order[words:]]))
    return Languages(
        _spoken(latent, source, generator), _spoken(latent, target, generator), _pairs(source, target, meanings)
    )


def with_words(made: Languages, generator: np.random.Generator) -> Vocabularies:
    """The same languages in the order of made-up frequencies, the target language turned."""
    rank = np.log1p(generator.permutation(len(made.source)))
    rank_of_target = np.log1p(generator.permutation(len(made.target)))
    rank_of_target[made.pairs[:, 1]] = rank[made.pairs[:, 0]]
    source, target = (np.argsort(ranks + generator.normal(0, SPREAD, len(ranks))) for ranks in (rank, rank_of_target))
    turn, _ = np.linalg.qr(generator.standard_normal((made.target.shape[1],) * 2))
    pairs = np.stack([np.argsort(source)[made.pairs[:, 0]], np.argsort(target)[made.pairs[:, 1]]], axis=1)
    gold = ((f"s{src}", f"t{dst}") for src, dst in pairs[pairs[:, 0].argsort()].tolist())
    return Vocabularies(
        Vectors("en", tuple(f"s{row}" for row in range(len(source))), made.source[source]),
        Vectors("fr", tuple(f"t{row}" for row in range(len(target))), made.target[target] @ turn.astype(np.float32)),
        Dictionary.of("en", "fr", gold, Origin("made up")),
    )


def _pairs(source: Rows, target: Rows, meanings: int) -> Rows:
    """The rows of either language that have one meaning."""
    row = np.full(meanings, -1)
    row[source] = np.arange(len(source))
    shared = np.flatnonzero(row[target] >= 0)
    return np.stack([row[target[shared]], shared], axis=1)


def _meanings(count: int, dimensions: int, generator: np.random.Generator) -> Matrix:
    place = generator.random(count) ** 1.5  # clusters of uneven size
    latent = np.zeros((count, dimensions), dtype=np.float32)
    for size, share in TREE:
        clusters = max(2, count // size)
        centres = generator.standard_normal((clusters, dimensions), dtype=np.float32)
        latent += np.float32(share**0.5) * centres[(place * clusters).astype(np.int64)]
    own = generator.beta(*OWN, size=(count, 1)).astype(np.float32)
    latent *= np.sqrt(1 - own)
    latent += np.sqrt(own) * generator.standard_normal((count, dimensions), dtype=np.float32)
    latent *= np.arange(1, dimensions + 1, dtype=np.float32) ** np.float32(-DECAY / 2)
    return latent


def _spoken(latent: Matrix, rows: np.ndarray[tuple[int], np.dtype[np.int64]], generator: np.random.Generator) -> Matrix:
    """The vectors of some meanings as one language has them."""
    noise = generator.beta(*NOISE, size=(len(rows), 1)).astype(np.float32)
    vectors = np.sqrt(1 - noise) * latent[rows]
    vectors += np.sqrt(noise) * latent.std(axis=0) * generator.standard_normal(vectors.shape, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors
