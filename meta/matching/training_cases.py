"""Few-shot training cases: two languages whose dictionary is known, cut down to the seeds of a new language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from torch import Tensor

from isogloss.data.compute import as_tensor
from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import VocabularyError
from isogloss.data.language import same_languages
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.seeds import Seeds

SEED_COUNTS = (10, 40)  # seed pairs of a case; round numbers, either side of the 25 that most benchmarks begin with
SEED_VOCABULARY = 5_000  # most frequent words of each language that seeds are drawn from; round number
MIN_QUERY = 20  # source words to find besides the seeds, or a dictionary is left out; round number
Dictionaries = Mapping[tuple[str, str], Dictionary]


@dataclass(frozen=True, eq=False)
class TrainingCase:
    """Two languages, few ``seeds`` (the support set), and all pairs of their dictionary."""

    source: str
    target: str
    seeds: Seeds
    gold: Seeds

    def query(self, sources: int, targets: int) -> tuple[Tensor, Tensor]:
        """Source and target rows of the query set: gold pairs among so many frequent words, none with a seed's word."""
        new = self.gold.within(sources, targets).without(self.seeds.source).reversed().without(self.seeds.target)
        return as_tensor(new.target), as_tensor(new.source)


def training_cases(
    dictionaries: Dictionaries,
    vectors: Mapping[str, Vectors],
    random: np.random.Generator,
    *,
    counts: Collection[int] = SEED_COUNTS,
    held_out: Collection[str] = (),
    auxiliary: bool = True,
) -> tuple[TrainingCase, ...]:
    """One case for each pair of languages and number of seeds; languages ``held_out`` are not looked at.

    Args:
        dictionaries: By languages; of two directions the one with more pairs is used.
        vectors: By language, most frequent word first; only languages with vectors of one size are paired.
        random: Draws the seeds.
        counts: Numbers of seeds.
        held_out: Languages that nothing may be learned from, not even as a pivot.
        auxiliary: Whether to add pairs without a dictionary, whose translations the graph infers through a third
            language.

    Raises:
        VocabularyError: No pair has enough words.
    """
    allowed = {pair: dictionary for pair, dictionary in dictionaries.items() if not same_languages(held_out, pair)}
    tables = {language: table for language, table in vectors.items() if not same_languages(held_out, [language])}
    chosen = dict(_one_direction(allowed))
    if auxiliary:
        chosen |= {pair: pivoted for pair, pivoted in _inferred(chosen, sorted(tables)).items() if pair not in chosen}
    cases: list[TrainingCase] = []
    for (source, target), dictionary in sorted(chosen.items()):
        if not {source, target} <= set(tables) or tables[source].dimensions != tables[target].dimensions:
            continue
        usable = dictionary.within(tables[source], tables[target])
        if len(usable.by_source) >= MIN_QUERY + max(counts):
            gold = Seeds.of(usable, tables[source], tables[target])
            cases += [TrainingCase(source, target, draw_seeds(gold, count, random), gold) for count in counts]
    if not cases:
        raise VocabularyError(
            f"found no two languages with vectors of one size and {MIN_QUERY + max(counts)} translations, expected at "
            "least one pair to learn from; add vectors or dictionaries"
        )
    return tuple(cases)


def draw_seeds(gold: Seeds, count: int, random: np.random.Generator) -> Seeds:
    """``count`` different source words among the frequent ones, each with the most frequent of its translations.

    A dictionary also lists rare translations; an informant asked for a word names the usual one.
    """
    frequent = gold.within(SEED_VOCABULARY, SEED_VOCABULARY)
    usual = np.lexsort((frequent.target, frequent.source))
    _, first = np.unique(frequent.source[usual], return_index=True)
    drawn = random.permutation(usual[first])[:count]
    return Seeds(frequent.source[drawn], frequent.target[drawn])


def _one_direction(dictionaries: Dictionaries) -> Dictionaries:
    return {
        pair: dictionary
        for pair, dictionary in dictionaries.items()
        if pair[::-1] not in dictionaries or (len(dictionary), pair) > (len(dictionaries[pair[::-1]]), pair[::-1])
    }


def _inferred(dictionaries: Dictionaries, languages: Collection[str]) -> dict[tuple[str, str], Dictionary]:
    """Translations through one pivot, for pairs that have no dictionary in either direction."""
    both_ways = {**dictionaries, **{pair[::-1]: dictionary.reversed() for pair, dictionary in dictionaries.items()}}
    inferred = {}
    for source, target in combinations(languages, 2):
        if (source, target) in both_ways:
            continue
        pairs = [
            (word, translation)
            for pivot in languages
            if (source, pivot) in both_ways and (pivot, target) in both_ways
            for word, middles in both_ways[source, pivot].by_source.items()
            for middle in middles
            for translation in both_ways[pivot, target].by_source.get(middle, ())
        ]
        if pairs:
            inferred[source, target] = Dictionary.of(source, target, pairs, Origin("inferred", kind="inferred"))
    return inferred
