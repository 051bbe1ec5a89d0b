"""Hidden-edge prediction: is this translation in the graph? The direct edges of the query set are hidden."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks.family import MIN_QUERIES, descriptor, first_translations, seeds_within, usable, word_split
from isogloss.meta.tasks.task import Example, Task


@dataclass(frozen=True)
class HiddenEdge:
    """Support: ``k`` visible edges. Query: hidden edges. Both with hard negatives that are no edges.

    The negatives of an edge are the words nearest to its target in the target language, and the homograph of its
    source there, if it has one that is no translation (a false friend).
    """

    seeds: tuple[int, ...] = (10, 25, 50, 100)
    queries: int = 100
    negatives: int = 3
    name: str = "hidden-edge"

    def size(self, dictionary: Dictionary) -> int:
        """The source words of ``dictionary``, 0 where they do not suffice for the fewest seeds."""
        return usable(len(dictionary.by_source), self.seeds)

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> Task:
        """A task from ``dictionary``, split by source word."""
        k = seeds_within(self.seeds, dictionary, MIN_QUERIES, random)
        support_words, query_words = word_split(dictionary, k, self.queries, random)
        edges = first_translations(dictionary, support_words), first_translations(dictionary, query_words)
        support, query = (tuple(self._with_negatives(half, dictionary, target)) for half in edges)
        numbers = descriptor(source, target, k, len(query_words))
        return Task(self.name, dictionary.source, dictionary.target, support, query, listed=1, descriptor=numbers)

    def _with_negatives(self, edges: tuple[Example, ...], dictionary: Dictionary, target: Vectors) -> Iterator[Example]:
        neighbors_of_targets = nearest_words(target, [edge.target for edge in edges], self.negatives + 5)
        for edge, neighbors in zip(edges, neighbors_of_targets, strict=True):
            yield edge
            right = dictionary.by_source[edge.source]
            false_friend = [edge.source] if edge.source in target else []
            wrong = [word for word in dict.fromkeys([*false_friend, *neighbors]) if word not in right]
            yield from (Example(edge.source, word, holds=False) for word in wrong[: self.negatives])


def nearest_words(vectors: Vectors, words: list[str], k: int) -> list[list[str]]:
    """The ``k`` nearest other words of the same language to each of ``words``, nearest first."""
    rows = vectors.indices(words)
    matrix = unit(vectors.matrix)
    scores = matrix[rows] @ matrix.T
    scores[np.arange(len(rows)), rows] = -np.inf
    k = min(k, len(vectors) - 1)
    return [[vectors.words[index] for index in row[:k]] for row in np.argsort(-scores, axis=1, kind="stable")]
