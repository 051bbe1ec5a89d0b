"""Two languages' word vectors of any number, made to resemble real ones.

Words are leaves of a tree of clusters (topics of about 2,000 words, down to pairs), so that neighbours of a word come
at all distances; their variance falls off by direction as a power, as in fastText vectors; each word and each language
add noise of their own. The two languages share 70 % of their words; the rest have no translation.

Compared with 300-dimensional English and French vectors of about 16,000 words, aligned by their identical strings
(real → made): variance along the 1st, 6th, 21st and 101st principal direction 0.098, 0.023, 0.0079, 0.0022 → 0.092,
0.024, 0.0088, 0.0020; standard deviation of all cosines 0.145 → 0.143; cosine to the nearest, 2nd, 5th, 10th, 50th and
200th word of the other language 0.62, 0.56, 0.51, 0.47, 0.38, 0.31 → 0.65, 0.56, 0.49, 0.45, 0.38, 0.32; density
(mean cosine to the 10 nearest), 1st, 50th and 99th percentile 0.32, 0.52, 0.75 → 0.35, 0.51, 0.71; words in mutual
pairs 55 % → 57 %. Real vectors have more hubs (the most frequent neighbour stands in 392 lists of ten, here in about
200), and more close synonyms within a language (nearest word at 0.76, here at 0.59).
"""

from __future__ import annotations

import numpy as np

from data.vectors import Matrix

SHARED = 0.7  # of each vocabulary have a translation in the other
TREE = ((2000, 0.2), (300, 0.13), (50, 0.12), (10, 0.15), (3, 0.15))  # words in a cluster, variance
OWN = (1.2, 5.0)  # of the beta distribution of the share that a word has alone; the mean is a fifth
NOISE = (2.0, 3.7)  # of the beta distribution of the share that differs between the languages; the mean is 0.35
DECAY = 0.85  # variance falls with this power of the direction's rank


def two_languages(words: int, generator: np.random.Generator, *, dimensions: int = 300) -> tuple[Matrix, Matrix]:
    """Unit vectors of two languages in one space, each of shape ``(words, dimensions)``."""
    shared = int(words * SHARED)
    meanings = 2 * words - shared
    latent = _meanings(meanings, dimensions, generator)
    order = generator.permutation(meanings)
    source, target = order[:words], generator.permutation(np.concatenate([order[:shared], order[words:]]))
    return _spoken(latent, source, generator), _spoken(latent, target, generator)


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
