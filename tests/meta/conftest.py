from __future__ import annotations

import numpy as np
import pytest
import torch

from isogloss.data.dictionary import Dictionary
from isogloss.data.sample import sample_dictionary, sample_vectors
from isogloss.data.vectors import Vectors
from isogloss.meta.learners import Episode
from isogloss.meta.tasks import HiddenEdge, TaskSpace, WordMapping
from isogloss.meta.tasks.vector_tables import Spaces
from isogloss.meta.training.run import episodes_of
from isogloss.meta.training.settings import Settings

LANGUAGES = ("en", "fi", "fr")
SMALL = Settings(steps=6, tasks_per_step=2, episodes=4, hidden=8, seed=1)
FAMILIES = (WordMapping((10, 20), 40), HiddenEdge((10, 20), 20))


def small(language: str, words: set[str], most: int = 120) -> Vectors:
    """The frequent words of the sample and ``words``, so that a task takes a fraction of a second."""
    whole = sample_vectors(language)
    rows = [row for row, word in enumerate(whole.words) if row < most or word in words]
    return Vectors(language, tuple(whole.words[row] for row in rows), np.ascontiguousarray(whole.matrix[rows]))


@pytest.fixture(scope="session")
def dictionaries() -> dict[tuple[str, str], Dictionary]:
    pairs = [(source, target) for source in LANGUAGES for target in LANGUAGES if source != target]
    return {pair: sample_dictionary(*pair) for pair in pairs}


@pytest.fixture(scope="session")
def vectors(dictionaries: dict[tuple[str, str], Dictionary]) -> dict[str, Vectors]:
    words: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    for (source, _), dictionary in dictionaries.items():
        words[source] |= set(list(dictionary.lowercased().by_source)[:70])
    return {language: small(language, words[language]) for language in LANGUAGES}


@pytest.fixture(scope="session")
def space(dictionaries: dict[tuple[str, str], Dictionary], vectors: dict[str, Vectors]) -> TaskSpace:
    return TaskSpace(dictionaries, Spaces(vectors), FAMILIES)


@pytest.fixture(scope="session")
def episodes(space: TaskSpace) -> tuple[Episode, ...]:
    return episodes_of(space, SMALL)


@pytest.fixture
def generator() -> torch.Generator:
    return torch.Generator().manual_seed(7)
