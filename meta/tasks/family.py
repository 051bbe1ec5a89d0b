"""What every family of tasks can do: draw one for a pair of languages."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from data.dictionary import Dictionary
from data.vectors import Vectors
from meta.tasks.task import Example, Task


class Family(Protocol):
    """Draws tasks of one kind."""

    @property
    def name(self) -> str:
        """What the family is called."""
        ...

    def size(self, dictionary: Dictionary) -> int:
        """How many source words of ``dictionary`` (within the vectors) its tasks can choose from; 0 if too few."""
        ...

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> Task:
        """A task from ``dictionary``, whose words all have vectors."""
        ...


def word_split(
    dictionary: Dictionary, count: int, most: int, random: np.random.Generator
) -> tuple[list[str], list[str]]:
    """``count`` source words for the support set and at most ``most`` others for the query set."""
    words = list(dictionary.by_source)
    order = [words[index] for index in random.permutation(len(words))]
    return order[:count], order[count : count + most]


def first_translations(dictionary: Dictionary, words: list[str]) -> tuple[Example, ...]:
    """One pair for each word, as somebody would give it who is asked for a translation."""
    return tuple(Example(word, dictionary.by_source[word][0]) for word in words)


def descriptor(source: Vectors, target: Vectors, seeds: int, queries: int) -> dict[str, float]:
    """A few numbers that tell tasks apart: sizes, and how much of the spelling the languages share."""
    shared = sum(word in target for word in source.words)
    return {
        "seeds": float(seeds),
        "queries": float(queries),
        "source_words": float(len(source)),
        "target_words": float(len(target)),
        "shared_spelling": shared / min(len(source), len(target)),
    }
