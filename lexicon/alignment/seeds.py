"""What an alignment starts from: known translations, as rows of both vector tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import Vectors
from isogloss.lexicon.search.index import Rows

FEWEST = 5  # seed words below which nothing can be learned, let alone checked


@dataclass(frozen=True, eq=False)
class Seeds:
    """Known pairs as row numbers: ``source[i]`` translates as ``target[i]``, both shape ``(pairs,)``."""

    source: Rows
    target: Rows

    @classmethod
    def of(cls, dictionary: Dictionary, source: Vectors, target: Vectors) -> Seeds:
        """The pairs of ``dictionary`` whose words both have vectors.

        Raises:
            VocabularyError: Fewer than ``FEWEST`` different source words are left.
        """
        known = (dictionary.lowercased() if _lowercase(source) else dictionary).within(source, target)
        seeds = cls(
            source.indices([pair.source for pair in known]),
            target.indices([pair.target for pair in known]),
        )
        if len(seeds.words) < FEWEST:
            raise VocabularyError(
                f"{dictionary.origin.name}: found {len(seeds.words)} usable seed words of {len(dictionary.by_source)} "
                f"(both words known to the vectors), expected at least {FEWEST}; check that the languages are in the "
                "right order, or give more seeds or a larger --max-vocab"
            )
        return seeds

    @classmethod
    def none(cls) -> Seeds:
        """No pairs."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64))

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def words(self) -> Rows:
        """The distinct source rows."""
        return np.unique(self.source)

    @cached_property
    def gold(self) -> dict[int, set[int]]:
        """All known target rows of each source row."""
        found: dict[int, set[int]] = {}
        for source, target in zip(self.source.tolist(), self.target.tolist(), strict=True):
            found.setdefault(source, set()).add(target)
        return found

    def reversed(self) -> Seeds:
        """The same pairs from the target's side."""
        return Seeds(self.target, self.source)

    def within(self, sources: int, targets: int) -> Seeds:
        """The pairs among the first ``sources`` and ``targets`` words."""
        kept = (self.source < sources) & (self.target < targets)
        return Seeds(self.source[kept], self.target[kept])

    def only(self, words: Rows) -> Seeds:
        """The pairs of these source rows."""
        kept = np.isin(self.source, words)
        return Seeds(self.source[kept], self.target[kept])

    def without(self, words: Rows) -> Seeds:
        """The pairs of all source rows but these."""
        kept = ~np.isin(self.source, words)
        return Seeds(self.source[kept], self.target[kept])

    def and_pairs(self, pairs: Rows) -> Seeds:
        """As ``with_those``, of ``pairs`` of shape ``(n, 2)``."""
        return self.with_those(Seeds(pairs[:, 0], pairs[:, 1]))

    def unknown(self, others: Seeds) -> NDArray[np.bool_]:
        """Which of ``others`` are of words that these say nothing about, shape ``(others,)``."""
        return ~np.isin(others.source, self.source) & ~np.isin(others.target, self.target)

    def with_those(self, others: Seeds) -> Seeds:
        """These and those of ``others`` whose words these say nothing about."""
        new = self.unknown(others)
        return Seeds(
            np.concatenate([self.source, others.source[new]]), np.concatenate([self.target, others.target[new]])
        )

    def folds(self, random: np.random.Generator, *, most: int = 1000) -> Iterator[tuple[Seeds, Seeds]]:
        """Pairs of (training, held-out) seeds that share no source word.

        With 500 words or more one fold is held out (a fifth, at most ``most`` words); with fewer, each of five folds
        in its turn, so that every word is judged once by a map that never saw it.
        """
        words = random.permutation(self.words)
        if len(words) >= 500:
            held_out = words[: min(most, len(words) // 5)]
            yield self.without(held_out), self.only(held_out)
            return
        for held_out in np.array_split(words, 5):
            yield self.without(held_out), self.only(held_out)


def together(parts: Iterable[Seeds]) -> Seeds:
    """All pairs; where two parts speak of the same word, the first is believed."""
    joined = Seeds.none()
    for each in parts:
        joined = joined.with_those(each)
    return joined


def identical_strings(source: Vectors, target: Vectors) -> Dictionary:
    """Words and numerals spelled alike in both languages (Søgaard et al., 2018), as a seed dictionary."""
    shared = [(word, word) for word in source.words if word in target]
    return Dictionary.of(source.language, target.language, shared, Origin("identical strings", kind="induced"))


def _lowercase(vectors: Vectors) -> bool:
    return vectors.file is None or vectors.file.lowercase
