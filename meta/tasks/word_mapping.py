"""Few-shot word mapping: the support set has k pairs, the query set the translations of other words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks.family import MIN_QUERIES, descriptor, first_translations, seeds_within, usable, word_split
from isogloss.meta.tasks.task import Example, Task


@dataclass(frozen=True)
class WordMapping:
    """Support: the first translation of ``k`` words, k drawn from ``seeds``. Query: all translations of others."""

    seeds: tuple[int, ...] = (10, 25, 50, 100)
    queries: int = 200
    name: str = "word-mapping"

    def size(self, dictionary: Dictionary) -> int:
        """The source words of ``dictionary``, 0 where they do not suffice for the fewest seeds."""
        return usable(len(dictionary.by_source), self.seeds)

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> Task:
        """A task from ``dictionary``, split by source word."""
        k = seeds_within(self.seeds, dictionary, MIN_QUERIES, random)
        support_words, query_words = word_split(dictionary, k, self.queries, random)
        query = tuple(Example(word, answer) for word in query_words for answer in dictionary.by_source[word])
        support = first_translations(dictionary, support_words)
        numbers = descriptor(source, target, k, len(query_words))
        return Task(self.name, dictionary.source, dictionary.target, support, query, descriptor=numbers)
