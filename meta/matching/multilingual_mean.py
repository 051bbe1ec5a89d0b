"""The mean of each word's vector and its translations' vectors: the peculiarities of single languages average out.

It is the consensus of a generalised Procrustes analysis (Gower, 1975) in the axes of one language, with the rotations
that dictionaries imply (Kementchedjhieva et al., 2018, "Generalizing Procrustes analysis for better bilingual
dictionary induction").
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from isogloss.data.dictionary import Dictionary
from isogloss.data.numerics.normalisation import unit
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.procrustes import orthogonal, procrustes
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.search.csls import retrieve

VOCABULARY = 8_000  # most frequent words of a language that get a mean; round number
TARGET_VOCABULARY = 2 * VOCABULARY  # most frequent words of another language that may be their translations
MIN_SHARED = 1_000  # words with a mean that a table needs, before its other words can be rotated to them; round number


@dataclass(frozen=True, eq=False)
class MultilingualMean:
    """Words of one language and, for each, the mean of its vector and of its translations' in other languages.

    ``vectors`` have shape ``(words, d)`` and unit length.
    """

    words: tuple[str, ...]
    vectors: Matrix

    def aligned(self, words: Sequence[str], x: Matrix) -> Matrix:
        """A table of this language in the axes of the mean, shape ``(n, d)``, unit length.

        Words that have a mean take it, others keep their own vector, rotated. Where too few words are shared or the
        dimensions differ, ``x`` comes back as it is.

        Args:
            words: Of the table.
            x: Their normalised vectors, shape ``(n, d)``.
        """
        if x.shape[1] != self.vectors.shape[1]:
            return x
        row_of = {word: row for row, word in enumerate(self.words)}
        rows = np.array([row_of.get(word, -1) for word in words])
        shared = rows >= 0
        if shared.sum() < min(MIN_SHARED, len(self.words) // 2):
            return x
        rotated = procrustes(x[shared], self.vectors[rows[shared]])(x)
        rotated[shared] = self.vectors[rows[shared]]
        return rotated


def multilingual_means(
    dictionaries: Mapping[tuple[str, str], Dictionary],
    vectors: Mapping[str, Vectors],
    languages: Collection[str],
    *,
    centring: int,
) -> dict[str, MultilingualMean]:
    """The mean of each of ``languages`` that has a dictionary with another of them.

    A dictionary with fewer usable words than the vectors have dimensions implies no rotation and is left aside.

    Args:
        dictionaries: By languages, in either direction.
        vectors: By language; only those of one size are averaged.
        languages: The only ones that are looked at.
        centring: Rounds of iterative normalisation.
    """
    allowed = {pair: dictionary for pair, dictionary in dictionaries.items() if set(pair) <= set(languages)}
    both_ways = {**{pair[::-1]: dictionary.reversed() for pair, dictionary in allowed.items()}, **allowed}
    means = {}
    for language in sorted(languages):
        own = vectors[language]
        translations = [
            (vectors[target], usable)
            for (source, target), dictionary in sorted(both_ways.items())
            if source == language and vectors[target].dimensions == own.dimensions
            if len((usable := _within(dictionary, own, vectors[target])).by_source) >= own.dimensions
        ]
        if translations:
            means[language] = multilingual_mean(own, translations, centring=centring)
    return means


def multilingual_mean(
    vectors: Vectors, translations: Sequence[tuple[Vectors, Dictionary]], *, centring: int
) -> MultilingualMean:
    """The mean of a language's vectors and those of its ``translations``.

    Args:
        vectors: Of the language, most frequent word first.
        translations: Vectors of other languages, each with the dictionary from the language to it.
        centring: Rounds of iterative normalisation.

    Raises:
        VocabularyError: A dictionary has too few words with vectors.
        ValueError: There is no other language.
    """
    own = vectors.first(VOCABULARY)
    total = None
    for table, dictionary in translations:
        space = Space.of(own, table.first(TARGET_VOCABULARY), centring)
        gold = Seeds.of(dictionary, space.source, space.target)
        maps = orthogonal(space.x[gold.source], space.y[gold.target])
        rotated = np.asarray(space.y @ maps.source.T, dtype=np.float32)  # orthogonal: its transpose is its inverse
        mutual = Seeds(*retrieve(space.x, rotated, 1).mutual().T)
        pairs = mutual.extended_by(_nearest_translations(space.x, rotated, gold))
        total = space.x.astype(np.float32) if total is None else total
        total[pairs.source] += rotated[pairs.target]
    if total is None:
        raise ValueError("found no other language, expected at least one to average with")
    return MultilingualMean(tuple(own.words), unit(total - total.mean(axis=0)))


def _within(dictionary: Dictionary, source: Vectors, target: Vectors) -> Dictionary:
    return dictionary.within(source.first(VOCABULARY), target.first(TARGET_VOCABULARY))


def _nearest_translations(x: Matrix, y: Matrix, gold: Seeds) -> Seeds:
    """The nearest of each source word's translations: dictionaries list rare ones, too."""
    cosines = np.einsum("nd,nd->n", x[gold.source], y[gold.target])
    order = np.lexsort((-cosines, gold.source))
    _, first = np.unique(gold.source[order], return_index=True)
    chosen = order[first]
    return Seeds(gold.source[chosen], gold.target[chosen])
