"""Language invariance: features of words from which their language cannot be told."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.vectors import Vectors
from isogloss.meta.tasks.family import usable, with_seeds
from isogloss.meta.tasks.task import Labelled, WordTask


@dataclass(frozen=True)
class LanguageInvariance:
    """Support: ``shots`` words of each language with its name. Query: other words, where a head should be at a loss.

    A head is adapted to tell the languages apart, and the query asks for even odds; through the inner loop the body
    learns not to show the language (domain confusion; Tzeng et al., 2015). The words of both sides translate each
    other, so that languages do not differ by what their words mean.
    """

    shots: int = 20
    queries: int = 20
    seeds: tuple[int, ...] = (50, 100, 200)
    name: str = "invariance"

    def size(self, dictionary: Dictionary) -> int:
        """The source words of ``dictionary``, 0 where they do not suffice."""
        return usable(len(dictionary.by_source), self.seeds, 2 * (self.shots + self.queries))

    def draw(self, dictionary: Dictionary, source: Vectors, target: Vectors, random: np.random.Generator) -> WordTask:
        """A task from ``dictionary``."""
        words = list(dictionary.by_source)
        order = [words[place] for place in random.permutation(len(words))]
        parts = order[: self.shots], order[self.shots : self.shots + self.queries]
        support, query = (
            tuple(
                Labelled(*word_and_label)
                for word in part
                for word_and_label in ((source.language, word, 0), (target.language, dictionary.by_source[word][0], 1))
            )
            for part in parts
        )
        task = WordTask(self.name, source.language, target.language, (), support, query, 2, confuse=True)
        return with_seeds(task, dictionary, (source, target), self.seeds, random)
