from __future__ import annotations

import numpy as np
import pytest

from isogloss.data.numerics.normalisation import unit
from isogloss.meta.texts.corpus import Corpus
from isogloss.meta.texts.training import TextSettings

SETTINGS = TextSettings(
    hidden=32,
    features=16,
    pretraining=150,
    pretraining_rate=5e-3,
    steps=40,
    rate=2e-3,
    ways=8,
    queries=3,
    shift=0.1,
    dropout=0.0,
)
CLASSES = tuple("abcdefgh")
DIMENSIONS = 16


def corpus(language: str, seed: int, per_class: int = 26) -> Corpus:
    """Texts whose class shows in four of sixteen numbers, under noise and a shift that is the language's own."""
    random = np.random.default_rng(0)
    centres = np.concatenate([random.standard_normal((len(CLASSES), 4)), np.zeros((len(CLASSES), 12))], axis=1)
    own = np.random.default_rng(seed)
    labels = [label for label in CLASSES for _ in range(per_class)]
    noise = own.standard_normal((len(labels), DIMENSIONS)) * np.r_[np.full(4, 0.5), np.full(12, 1.5)]
    vectors = np.repeat(centres, per_class, axis=0) + noise + 0.3 * own.standard_normal(DIMENSIONS)
    names = [f"{label}{number}" for label in CLASSES for number in range(per_class)]
    return Corpus(language, tuple(names), tuple(labels), unit(vectors.astype(np.float32)))


@pytest.fixture(scope="module")
def corpora() -> dict[str, Corpus]:
    return {"en": corpus("en", 1), "fr": corpus("fr", 2)}
