"""Training pairs out of the dictionaries of a graph, with no more seeds than a new language would have."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import combinations

import numpy as np

from isogloss.data.dictionary import Dictionary, Origin
from isogloss.data.errors import VocabularyError
from isogloss.data.vectors import Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.meta.matching.learning import Case
from isogloss.meta.tasks.space import within

SEEDS = (10, 40)
FREQUENT = 5_000  # words that seeds are drawn from
FEWEST = 20  # pairs to find, besides the seeds
Dictionaries = Mapping[tuple[str, str], Dictionary]


def cases_of(
    dictionaries: Dictionaries,
    vectors: Mapping[str, Vectors],
    random: np.random.Generator,
    *,
    counts: Collection[int] = SEEDS,
    held_out: Collection[str] = (),
    auxiliary: bool = True,
) -> tuple[Case, ...]:
    """One case for each pair of languages and number of seeds; languages ``held_out`` are not looked at.

    Args:
        dictionaries: By languages; of two directions the one with more pairs is used.
        vectors: By language, most frequent word first; only languages with vectors of one size are paired.
        random: Draws the seeds.
        counts: How many seeds each pair is given.
        held_out: Languages that nothing may be learned from, not even as a pivot.
        auxiliary: Whether pairs without a dictionary count, whose translations the graph infers through a third
            language.

    Raises:
        VocabularyError: No pair has enough words.
    """
    seen = {pair: each for pair, each in dictionaries.items() if not set(pair) & set(held_out)}
    known = {language: each for language, each in vectors.items() if language not in held_out}
    chosen = dict(_one_direction(seen))
    if auxiliary:
        chosen |= {pair: each for pair, each in _inferred(chosen, sorted(known)).items() if pair not in chosen}
    found = []
    for (source, target), each in sorted(chosen.items()):
        if not {source, target} <= set(known) or known[source].dimensions != known[target].dimensions:
            continue
        usable = within(each, known[source], known[target])
        if len(usable.by_source) >= FEWEST + max(counts):
            gold = Seeds.of(usable, known[source], known[target])
            found += [Case(source, target, drawn(gold, count, random), gold) for count in counts]
    if not found:
        raise VocabularyError(
            f"found no two languages with vectors of one size and {FEWEST + max(counts)} translations, expected at "
            "least one pair to learn from; add vectors or dictionaries"
        )
    return tuple(found)


def drawn(gold: Seeds, count: int, random: np.random.Generator) -> Seeds:
    """``count`` different source words among the frequent ones, each with the most frequent of its translations.

    A dictionary also lists rare ones; whoever is asked for a word says the usual one.
    """
    frequent = gold.within(FREQUENT, FREQUENT)
    usual = np.lexsort((frequent.target, frequent.source))
    _, first = np.unique(frequent.source[usual], return_index=True)
    kept = random.permutation(usual[first])[:count]
    return Seeds(frequent.source[kept], frequent.target[kept])


def _one_direction(dictionaries: Dictionaries) -> Dictionaries:
    return {
        pair: each
        for pair, each in dictionaries.items()
        if pair[::-1] not in dictionaries or (len(each), pair) > (len(dictionaries[pair[::-1]]), pair[::-1])
    }


def _inferred(dictionaries: Dictionaries, languages: Collection[str]) -> dict[tuple[str, str], Dictionary]:
    """Translations through one pivot, for pairs that have no dictionary in either direction."""
    both = {**dictionaries, **{pair[::-1]: each.reversed() for pair, each in dictionaries.items()}}
    found = {}
    for source, target in combinations(languages, 2):
        if (source, target) in both:
            continue
        pairs = [
            (word, end)
            for pivot in languages
            if (source, pivot) in both and (pivot, target) in both
            for word, middles in both[source, pivot].by_source.items()
            for middle in middles
            for end in both[pivot, target].by_source.get(middle, ())
        ]
        if pairs:
            found[source, target] = Dictionary.of(source, target, pairs, Origin("inferred", kind="inferred"))
    return found
