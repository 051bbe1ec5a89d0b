"""Cycle ranking: which ends of paths through a third language close a cycle with a direct translation?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks.family import MIN_QUERIES, descriptor, seeds_within, usable
from isogloss.meta.tasks.hidden_edge import nearest_words
from isogloss.meta.tasks.task import Example, Task

Detours = Mapping[str, tuple[str, ...]]  # source word -> target words two edges away


@dataclass(frozen=True)
class CycleRanking:
    """Support and query: a word, the end of a path that closes a cycle, and ``wrong`` ends that do not.

    The wrong ends are the hard ones: a pivot's other meanings. Where a word has too few of them, neighbors of its
    translation make up the number. Every word has as many candidates, and they are ranked against each other.
    """

    seeds: tuple[int, ...] = (10, 25, 50, 100)
    queries: int = 100
    wrong: int = 4
    detours: Detours = field(default_factory=dict, repr=False, hash=False, compare=False)
    name: str = "cycle-ranking"

    def along(self, detours: Detours) -> CycleRanking:
        """The family with the paths of a pair of languages."""
        return replace(self, detours=detours)

    def size(self, dictionary: Dictionary) -> int:
        """The source words that some path leads to a right end; 0 where they do not suffice."""
        return usable(len(self._closable(dictionary)), self.seeds)

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> Task:
        """A task from ``dictionary``, split by source word."""
        words = self._closable(dictionary)
        closable = replace(dictionary, pairs=tuple(pair for pair in dictionary if pair.source in words))
        k = seeds_within(self.seeds, closable, MIN_QUERIES, random)
        order = [words[place] for place in random.permutation(len(words))]
        support_words, query_words = order[:k], order[k : k + self.queries]
        support, query = (tuple(self._lists(part, dictionary, target)) for part in (support_words, query_words))
        numbers = descriptor(source, target, k, len(query_words))
        return Task(
            self.name, dictionary.source, dictionary.target, support, query, listed=1 + self.wrong, descriptor=numbers
        )

    def _closable(self, dictionary: Dictionary) -> list[str]:
        """Words that some path leads to a right end."""
        return [word for word, right in dictionary.by_source.items() if {*right} & {*self.detours.get(word, ())}]

    def _lists(self, words: list[str], dictionary: Dictionary, target: Vectors) -> Iterator[Example]:
        ends = [self._closing_end(word, dictionary.by_source[word]) for word in words]
        neighbors_of_ends = nearest_words(target, ends, self.wrong + max(map(len, dictionary.by_source.values())))
        for word, end, neighbors in zip(words, ends, neighbors_of_ends, strict=True):
            right = dictionary.by_source[word]
            others = dict.fromkeys([*self.detours[word], *neighbors])
            yield Example(word, end)
            wrong = [candidate for candidate in others if candidate not in right]
            yield from (Example(word, candidate, holds=False) for candidate in wrong[: self.wrong])

    def _closing_end(self, word: str, right: tuple[str, ...]) -> str:
        return next(end for end in self.detours[word] if end in right)


def detours(first: Dictionary, second: Dictionary) -> dict[str, list[str]]:
    """Where two edges lead: ``first`` into the pivot language, ``second`` out of it."""
    second_edges = second.by_source
    return {
        word: list(dict.fromkeys(end for middle in middles for end in second_edges.get(middle, ())))
        for word, middles in first.by_source.items()
    }
