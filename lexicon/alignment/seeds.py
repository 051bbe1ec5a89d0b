"""Seed pairs: known translations as rows of both vector tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import Vectors
from isogloss.lexicon.search.index import Rows

MIN_SEED_WORDS = 5  # source words below which a dictionary is refused; round number, not tuned
REVERSED = 2  # times as many pairs that fit turned round as given; words spelled alike fit both ways; round number
FIVE_FOLDS_BELOW = 500  # source words from which one fold is held out instead of five in turn; round number, not tuned


@dataclass(frozen=True, eq=False)
class Seeds:
    """Known pairs as row numbers: ``source[i]`` translates as ``target[i]``, both shape ``(pairs,)``."""

    source: Rows
    target: Rows

    @classmethod
    def of(cls, dictionary: Dictionary, source: Vectors, target: Vectors) -> Seeds:
        """The pairs of ``dictionary`` whose words both have vectors.

        Raises:
            VocabularyError: Fewer than ``MIN_SEED_WORDS`` different source words are left.
        """
        seeds = cls.covered(dictionary, source, target)
        if len(seeds.words) < MIN_SEED_WORDS:
            raise VocabularyError(
                f"{dictionary.origin.name}: found {len(seeds.words)} usable seed words of {len(dictionary.by_source)} "
                f"(both words known to the vectors), expected at least {MIN_SEED_WORDS}; check that the languages are "
                "in the right order, or give more seeds or a larger --max-vocab"
            )
        return seeds

    @classmethod
    def covered(cls, dictionary: Dictionary, source: Vectors, target: Vectors) -> Seeds:
        """The pairs of ``dictionary`` whose words both have vectors, however few."""
        usable = dictionary.within(source, target)
        return cls(source.indices([pair.source for pair in usable]), target.indices([pair.target for pair in usable]))

    @classmethod
    def of_rows(cls, pairs: Rows) -> Seeds:
        """From pairs of rows, shape ``(pairs, 2)``."""
        return cls(pairs[:, 0], pairs[:, 1])

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
        targets: dict[int, set[int]] = {}
        for source, target in zip(self.source.tolist(), self.target.tolist(), strict=True):
            targets.setdefault(source, set()).add(target)
        return targets

    def reversed(self) -> Seeds:
        """The same pairs from target to source."""
        return Seeds(self.target, self.source)

    def within(self, sources: int, targets: int) -> Seeds:
        """The pairs among the first ``sources`` and ``targets`` words."""
        within = (self.source < sources) & (self.target < targets)
        return Seeds(self.source[within], self.target[within])

    def only(self, words: Rows) -> Seeds:
        """The pairs of these source rows."""
        chosen = np.isin(self.source, words)
        return Seeds(self.source[chosen], self.target[chosen])

    def without(self, words: Rows) -> Seeds:
        """The pairs of all source rows but these."""
        remaining = ~np.isin(self.source, words)
        return Seeds(self.source[remaining], self.target[remaining])

    def new_in(self, pairs: Seeds) -> NDArray[np.bool_]:
        """Which of ``pairs`` share no word with these, shape ``(pairs,)``."""
        return ~np.isin(pairs.source, self.source) & ~np.isin(pairs.target, self.target)

    def extended_by(self, pairs: Seeds) -> Seeds:
        """These, and those of ``pairs`` that share no word with them."""
        new = self.new_in(pairs)
        return Seeds(np.concatenate([self.source, pairs.source[new]]), np.concatenate([self.target, pairs.target[new]]))

    def holding(self, words: Rows, rows: Rows) -> NDArray[np.bool_]:
        """Which pairs of ``words``, shape ``(n,)``, and targets ``rows``, shape ``(n, k)``, are among these."""
        own = self.gold
        among = np.zeros(rows.shape, np.bool_)
        for place in np.flatnonzero(np.isin(words, self.words)).tolist():
            among[place] = np.isin(rows[place], list(own[int(words[place])]))
        return among

    def folds(self, random: np.random.Generator, *, limit: int = 1000) -> Iterator[tuple[Seeds, Seeds]]:
        """Pairs of (training, held-out) seeds that share no source word (cross-validation).

        With ``FIVE_FOLDS_BELOW`` words or more one fold is held out (a fifth, at most ``limit`` words); with fewer,
        each of five folds in turn, so that every word is held out once.
        """
        words = random.permutation(self.words)
        if len(words) >= FIVE_FOLDS_BELOW:
            held_out = words[: min(limit, len(words) // 5)]
            yield self.without(held_out), self.only(held_out)
            return
        for held_out in np.array_split(words, 5):
            yield self.without(held_out), self.only(held_out)


def merged(parts: Iterable[Seeds]) -> Seeds:
    """All pairs; of pairs in different parts that share a word, those of the first part."""
    pairs = Seeds.none()
    for part in parts:
        pairs = pairs.extended_by(part)
    return pairs


def facing(dictionary: Dictionary, source: Vectors, target: Vectors) -> tuple[Dictionary, str | None]:
    """``dictionary``, turned round where its words clearly are those of the other side, and what to say about it."""
    as_given = len(dictionary.within(source, target))
    turned = len(dictionary.within(target, source))
    if turned < REVERSED * max(as_given, 1):
        return dictionary, None
    warning = (
        f"{dictionary.origin.name}: {as_given:,} pairs fit as given, {turned:,} turned round, so it is read from "
        f"{target.language} to {source.language}; give the {source.language} words first"
    )
    return replace(dictionary.reversed(), source=dictionary.source, target=dictionary.target), warning


def identical_strings(source: Vectors, target: Vectors) -> Dictionary:
    """Words and numerals spelled alike in both languages (Søgaard et al., 2018), as a seed dictionary."""
    shared = [(word, word) for word in source.words if word in target.row_of]
    return Dictionary.of(source.language, target.language, shared, Origin("identical strings", kind="induced"))


def without_target(dictionary: Dictionary, source: Vectors, target: Vectors) -> Rows:
    """The source rows of words that have a vector, but none of whose translations in ``dictionary`` has one."""
    rows = np.unique([source.find(word) for word in dictionary.by_source])
    return np.setdiff1d(rows[rows >= 0], Seeds.covered(dictionary, source, target).words)
