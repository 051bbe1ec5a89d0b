"""Languages of random words, whose vectors are those of all languages, rotated, with noise: training takes seconds."""

from __future__ import annotations

import numpy as np

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.vectors import Vectors
from isogloss.meta.matching.prior_training import PriorSettings

QUICK = PriorSettings(counts=(25,), words=100, rounds=1, ranked=25, vocabulary=100, steps=1)
WORDS, DIMENSIONS = 100, 12


def table(language: str, seed: int) -> Vectors:
    """Word i of one language translates word i of every other."""
    random = np.random.default_rng(seed)
    words = ("".join(letters) for letters in random.choice(list("abcdefghij"), (WORDS, 8)).tolist())
    shared = np.random.default_rng(0).standard_normal((WORDS, DIMENSIONS))
    rotation, _ = np.linalg.qr(random.standard_normal((DIMENSIONS, DIMENSIONS)))
    matrix = shared @ rotation + 0.1 * random.standard_normal(shared.shape)
    return Vectors(language, tuple(words), matrix.astype(np.float32))


def pairs_of(source: Vectors, target: Vectors, count: int = 80) -> Dictionary:
    """The first ``count`` words and their translations."""
    pairs = list(zip(source.words[:count], target.words[:count], strict=True))
    return Dictionary.of(source.language, target.language, pairs, Origin("CLDR"))
