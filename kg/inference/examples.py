"""Training examples of the ensemble: candidates labelled by a dictionary that is hidden from the rest of the graph.

A pair of languages with a dictionary gives two sets: with everything hidden that is stated of the two languages, and
with only its dictionaries hidden, so that concepts are known. Concepts give no labels: a concept names each thing once,
so the absence of a pair is no negative evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from isogloss.data.progress import Progress, silent
from isogloss.kg.inference.features import Described, describe, known_words
from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.paths import find_candidates
from isogloss.kg.inference.similarity import Similarity, compared_where_possible
from isogloss.kg.inference.translation_links import CONCEPTS, DICTIONARIES, Flags, Links, Numbers, Weights, pair_keys

MIN_EXAMPLES = 30  # of two languages, for a threshold or a rate to be estimated; chosen by hand, not tuned by a script
SUFFICIENT = 1000  # examples of the two languages in question, with which no others are read; round number
MAX_EXAMPLES = 20_000  # of two languages; more are sampled; round number


@dataclass(frozen=True)
class Examples:
    """Candidates of which a hidden dictionary lists both words, labelled by whether it has the pair."""

    described: Described
    rows: Numbers  # of the candidates
    truth: Flags
    reach: float  # share of the dictionary's pairs that are candidates, of words that are known without it
    coverage: float  # the share of the candidates' words that the dictionary knows, in the language where that is more

    @property
    def words(self) -> Numbers:
        """The source word of each example."""
        return self.described.candidates.source[self.rows]

    def some(self, chosen: Flags) -> Examples:
        """Those that are ``chosen``, shape ``(examples,)``."""
        return replace(self, rows=self.rows[chosen], truth=self.truth[chosen])

    @property
    def enough(self) -> bool:
        """Whether there are enough, positive and negative ones, to choose a threshold or to estimate a rate."""
        return len(self.rows) >= MIN_EXAMPLES and 0 < int(self.truth.sum()) < len(self.rows)

    @property
    def importance(self) -> Weights:
        """The weight of each example: a set weighs as much as the square root of its size."""
        return np.full(len(self.rows), len(self.rows) ** -0.5)


def training_examples(
    described: Described,
    *,
    random: np.random.Generator,
    similarities: Sequence[Similarity] = (),
    progress: Progress = silent,
) -> list[Examples]:
    """Examples of the two languages, however few, and below ``SUFFICIENT`` also of all other languages."""
    languages = described.candidates.languages
    translations, ends = languages.translations, {languages.source, languages.target}
    own = list(_of_pair(described, random))
    if sum(len(examples.rows) for examples in own) >= SUFFICIENT:
        return own
    pairs = [pair for pair in combinations(sorted(translations.languages.values()), 2) if set(pair) != ends]
    with_dictionary = [pair for pair in pairs if translations.between(*pair, DICTIONARIES).size]
    collected = list(own)
    for pair in progress(with_dictionary, "Learning from other languages"):
        candidates = find_candidates(LanguagePair(translations, *pair))
        if len(candidates) >= MIN_EXAMPLES:
            other_described = compared_where_possible(similarities, describe(candidates))
            collected += (examples for examples in _of_pair(other_described, random) if examples.enough)
    return collected


def _of_pair(described: Described, random: np.random.Generator) -> Iterator[Examples]:
    candidates, languages = described.candidates, described.candidates.languages
    hidden, concept_links = languages.stated(DICTIONARIES), languages.stated(CONCEPTS)
    keys = pair_keys(candidates.source, candidates.target)
    concept_keys = pair_keys(concept_links.source, concept_links.target)
    truth = np.isin(keys, pair_keys(hidden.source, hidden.target))
    both_known = np.isin(candidates.source, hidden.source) & np.isin(candidates.target, hidden.target)
    reachable_pairs = np.isin(hidden.source, reachable(languages))
    reachable_pairs &= np.isin(hidden.target, reachable(languages.reversed))
    concept_pairs = np.isin(pair_keys(hidden.source, hidden.target), concept_keys)
    coverage = max(_share(candidates.source, hidden.source), _share(candidates.target, hidden.target))
    yield from _some(described, both_known, truth, int(reachable_pairs.sum()), coverage, random)
    if concept_links.size:
        informed = replace(described, columns={**described.columns, **known_words(candidates, concept_links)})
        unknown = ~np.isin(keys, concept_keys)
        yield from _some(
            informed, both_known & unknown, truth, int((reachable_pairs & ~concept_pairs).sum()), coverage, random
        )


def _some(
    described: Described,
    selected: Flags,
    truth: Flags,
    reachable_pairs: int,
    coverage: float,
    random: np.random.Generator,
) -> Iterator[Examples]:
    rows = np.flatnonzero(selected)
    right = int(truth[rows].sum())
    if not len(rows):
        return
    if len(rows) > MAX_EXAMPLES:
        rows = np.sort(random.choice(rows, MAX_EXAMPLES, replace=False))
    yield Examples(described, rows, truth[rows], min(1.0, right / max(reachable_pairs, 1)), coverage)


def _share(words: Numbers, dictionary_words: Numbers) -> float:
    """The share of some words, each counted once, that a dictionary lists."""
    return float(np.isin(np.unique(words), dictionary_words).mean())


def reachable(languages: LanguagePair) -> Numbers:
    """The words of the source language that have a translation in some pivot language of the two."""
    links: list[Links] = [languages.translations.between(languages.source, pivot) for pivot in languages.pivots]
    return np.unique(np.concatenate([np.zeros(0, np.int64), *(pair_links.source for pair_links in links)]))


def halves(examples: Examples, random: np.random.Generator) -> tuple[Examples, Examples]:
    """Two halves of some examples, which share no source word."""
    words, place = np.unique(examples.words, return_inverse=True)
    first = (random.permutation(len(words)) < len(words) / 2)[place]
    return examples.some(first), examples.some(~first)
