"""Concept N-way: which concept does a word of another language belong to?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks.family import usable, with_seeds
from isogloss.meta.tasks.hidden_edge import nearest_words
from isogloss.meta.tasks.task import Labelled, WordTask


@dataclass(frozen=True)
class ConceptNWay:
    """``ways`` concepts, each a word and all that translates it: support in one language, query in the other.

    Support holds up to ``shots`` source words of a concept, which share the translation that names it; the query asks
    for its target words. Of the concepts, the share ``hard`` are neighbors in meaning of the first. ``seeds`` pairs
    that have no word of the task carry the target language into the source's space.
    """

    ways: int = 5
    shots: int = 2
    hard: float = 0.5
    seeds: tuple[int, ...] = (50, 100, 200)
    name: str = "concept"

    def size(self, dictionary: Dictionary) -> int:
        """The source words of ``dictionary``, 0 where they do not suffice."""
        return usable(len(dictionary.by_source), self.seeds, 8 * self.ways)

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> WordTask:
        """A task from ``dictionary``."""
        words = list(dictionary.by_source)
        first = words[random.integers(len(words))]
        neighbors = [word for word in nearest_words(source, [first], 50)[0] if word in dictionary.by_source]
        other_words = [words[place] for place in random.permutation(len(words))]
        close = round(self.hard * (self.ways - 1))
        offered = [first, *neighbors[:close], *other_words]
        back = dictionary.reversed().by_source
        support: list[Labelled] = []
        query: list[Labelled] = []
        used: set[str] = set()
        for word in offered:
            label = len({example.label for example in support})
            if label == self.ways:
                break
            answers = dictionary.by_source[word]
            synonyms = [word, *(synonym for synonym in back[answers[0]] if synonym != word)][: self.shots]
            reached = {answer for synonym in synonyms for answer in dictionary.by_source[synonym]}
            if used & {*synonyms, *(f"→{answer}" for answer in reached)}:
                continue
            used |= {*synonyms, *(f"→{answer}" for answer in reached)}
            support += [Labelled(source.language, synonym, label) for synonym in synonyms]
            query += [Labelled(target.language, answer, label) for answer in answers]
        task = WordTask(self.name, source.language, target.language, (), tuple(support), tuple(query), self.ways)
        return with_seeds(task, dictionary, (source, target), self.seeds, random)
