"""Cross-lingual similarity: how near two words are in the graph, judged across languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks.family import MIN_QUERIES, descriptor, first_translations, seeds_within, usable, word_split
from isogloss.meta.tasks.task import Example, Task


@dataclass(frozen=True)
class Similarity:
    """Support and query: pairs with a degree, 1 for a translation, ``related`` for a relative of one, 0 for neither.

    A relative is a translation of a synonym, two words of the source language being synonyms where they share a
    translation: three edges away in the graph. Unrelated pairs are drawn at random, with ``near_rank`` among the words
    of a frequency close to the right one's, so that frequency alone does not tell them apart.
    """

    seeds: tuple[int, ...] = (10, 25, 50, 100)
    queries: int = 100
    related: float = 0.5
    near_rank: bool = True
    name: str = "similarity"

    def size(self, dictionary: Dictionary) -> int:
        """The source words of ``dictionary``, 0 where they do not suffice or none has a relative."""
        return usable(len(dictionary.by_source), self.seeds) if any(relatives(dictionary).values()) else 0

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> Task:
        """A task from ``dictionary``, split by source word."""
        k = seeds_within(self.seeds, dictionary, MIN_QUERIES, random)
        related = relatives(dictionary)
        support_words, other_words = word_split(dictionary, k, len(dictionary.by_source), random)
        with_relatives_first = sorted(other_words, key=lambda word: not related[word])
        query_words = with_relatives_first[: self.queries]
        support, query = (
            tuple(self._graded(first_translations(dictionary, words), dictionary, related, target, random))
            for words in (support_words, query_words)
        )
        numbers = descriptor(source, target, k, len(query_words))
        return Task(self.name, dictionary.source, dictionary.target, support, query, listed=1, descriptor=numbers)

    def _graded(
        self,
        edges: tuple[Example, ...],
        dictionary: Dictionary,
        related: dict[str, tuple[str, ...]],
        target: Vectors,
        random: np.random.Generator,
    ) -> Iterator[Example]:
        for edge in edges:
            yield edge
            close = related[edge.source]
            if close:
                yield Example(edge.source, close[random.integers(len(close))], False, self.related)
            excluded = {*dictionary.by_source[edge.source], *close}
            unrelated = self._other(target, edge.target, random)
            if unrelated not in excluded:
                yield Example(edge.source, unrelated, False, 0.0)

    def _other(self, target: Vectors, word: str, random: np.random.Generator) -> str:
        if not self.near_rank:
            return target.words[random.integers(len(target))]
        row = target.row_of[word]
        low = max(0, row // 2)
        return target.words[random.integers(low, min(len(target), 2 * row + 10))]


def relatives(dictionary: Dictionary) -> dict[str, tuple[str, ...]]:
    """For each source word the translations of its synonyms that are none of its own."""
    back = dictionary.reversed().by_source
    relatives_of = {}
    for word, own in dictionary.by_source.items():
        synonyms = [synonym for answer in own for synonym in back[answer] if synonym != word]
        reached = dict.fromkeys(answer for synonym in synonyms for answer in dictionary.by_source[synonym])
        relatives_of[word] = tuple(answer for answer in reached if answer not in own)
    return relatives_of
