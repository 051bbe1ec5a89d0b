"""Transfer of a class of words: labels are known in one language and asked in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks.family import usable, with_seeds
from isogloss.meta.tasks.task import Labelled, WordTask

MIN_WORDS = 8  # words a class needs: support and query of a task; chosen by hand, not tuned


@dataclass(frozen=True)
class ClassTransfer:
    """``ways`` classes, ``shots`` words of each labelled in the source language, ``queries`` asked in the target's.

    Classes are parts of speech where the dictionary tells those of enough words, else topics: clusters of the source
    words by their vectors (k-means, Lloyd, 1982), which a target word has from the word that it translates. A word of
    two classes is left out, and no word asked translates a labelled one.
    """

    ways: int = 5
    shots: int = 5
    queries: int = 15
    topics: int = 12
    seeds: tuple[int, ...] = (50, 100, 200)
    name: str = "class-transfer"

    def size(self, dictionary: Dictionary) -> int:
        """The source words of ``dictionary``, 0 where they do not suffice."""
        return usable(len(dictionary.by_source), self.seeds, MIN_WORDS * self.topics)

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> WordTask:
        """A task from ``dictionary``, split by source word."""
        classes = self._classes(dictionary, source, random)
        large = [members for members in classes if len(members) >= MIN_WORDS]
        chosen = [large[place] for place in random.permutation(len(large))[: self.ways]]
        labels = {word: label for label, members in enumerate(chosen) for word in members}
        support: list[Labelled] = []
        query: list[Labelled] = []
        for label, members in enumerate(chosen):
            order = [members[place] for place in random.permutation(len(members))]
            shots = min(self.shots, len(order) // 2)
            support += [Labelled(source.language, word, label) for word in order[:shots]]
            support_translations = {answer for example in support for answer in dictionary.by_source[example.word]}
            query_words = [answer for word in order[shots:] for answer in dictionary.by_source[word][:1]]
            query_words = [word for word in dict.fromkeys(query_words) if word not in support_translations]
            query += [Labelled(target.language, word, label) for word in query_words[: self.queries]]
        query = self._of_one_class(query, dictionary, labels)
        task = WordTask(self.name, source.language, target.language, (), tuple(support), tuple(query), len(chosen))
        return with_seeds(task, dictionary, (source, target), self.seeds, random)

    def _classes(self, dictionary: Dictionary, source: Vectors, random: np.random.Generator) -> list[list[str]]:
        tags = {word: tag for word, tag in dictionary.parts_of_speech[0].items() if word in dictionary.by_source}
        spoken = _grouped(tags)
        if sum(len(members) >= 2 * MIN_WORDS for members in spoken) >= self.ways:
            return spoken
        return topics(dictionary, source, self.topics, random)

    def _of_one_class(self, query: list[Labelled], dictionary: Dictionary, labels: Mapping[str, int]) -> list[Labelled]:
        back = dictionary.reversed().by_source
        return [
            example
            for example in query
            if {labels.get(word, example.label) for word in back[example.word]} == {example.label}
        ]


def topics(dictionary: Dictionary, source: Vectors, count: int, random: np.random.Generator) -> list[list[str]]:
    """The source words of ``dictionary`` in ``count`` clusters by their vectors; nothing else is read."""
    from scipy.cluster.vq import kmeans2

    words = list(dictionary.by_source)
    rows = unit(source.rows(words))
    _, clusters = kmeans2(
        rows, rows[random.choice(len(rows), count, replace=False)], iter=10, minit="matrix", missing="warn"
    )
    return _grouped(dict(zip(words, clusters.tolist(), strict=True)))


def _grouped(classes: Mapping[str, object]) -> list[list[str]]:
    words_by_class: dict[object, list[str]] = {}
    for word, label in classes.items():
        words_by_class.setdefault(label, []).append(word)
    return list(words_by_class.values())
