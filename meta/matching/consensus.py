"""A language as its translations see it: what is peculiar to one language's vectors averages out over several."""

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
from isogloss.meta.tasks.space import within

VOCABULARY = 8_000  # most frequent words of each language that take part
SHARED = 1_000  # words of a consensus that a table has to have, before its own words can be turned into it


@dataclass(frozen=True, eq=False)
class Consensus:
    """Words of one language and, for each, the mean of its vector and of its translations' in other languages.

    ``vectors`` have shape ``(words, d)`` and unit length. The rotations into the language's own axes are those that
    dictionaries imply. (Averaging aligned spaces into one: Kementchedjhieva et al., 2018, "Generalizing Procrustes
    analysis for better bilingual dictionary induction".)
    """

    words: tuple[str, ...]
    vectors: Matrix

    def seen(self, own: Sequence[str], x: Matrix) -> Matrix:
        """A table of this language, shape ``(n, d)``, unit length, in the axes of the consensus.

        Words of the consensus have its vectors, others their own, turned. Where too few words are shared or the
        dimensions differ, ``x`` comes back as it is.
        """
        if x.shape[1] != self.vectors.shape[1]:
            return x
        place = {word: row for row, word in enumerate(self.words)}
        known = np.array([place.get(word, -1) for word in own])
        shared = known >= 0
        if shared.sum() < min(SHARED, len(self.words) // 2):
            return x
        turned = procrustes(x[shared], self.vectors[known[shared]])(x)
        turned[shared] = self.vectors[known[shared]]
        return turned


def consensuses(
    dictionaries: Mapping[tuple[str, str], Dictionary],
    vectors: Mapping[str, Vectors],
    languages: Collection[str],
    *,
    centring: int,
) -> dict[str, Consensus]:
    """Of each of ``languages`` whose dictionaries lead to others of them.

    A dictionary with fewer usable words than the vectors have dimensions implies no rotation and is left aside.

    Args:
        dictionaries: By languages, in either direction.
        vectors: By language; only those of one size are averaged.
        languages: The only ones that are looked at.
        centring: Rounds of iterative normalisation.
    """
    allowed = {pair: each for pair, each in dictionaries.items() if set(pair) <= set(languages)}
    both = {**{pair[::-1]: each.reversed() for pair, each in allowed.items()}, **allowed}
    found = {}
    for language in sorted(languages):
        others = [
            (vectors[other], usable)
            for (source, other), each in sorted(both.items())
            if source == language and vectors[other].dimensions == vectors[language].dimensions
            if len((usable := _within(each, vectors[language], vectors[other])).by_source) >= vectors[other].dimensions
        ]
        if others:
            found[language] = consensus(vectors[language], others, centring=centring)
    return found


def consensus(vectors: Vectors, others: Sequence[tuple[Vectors, Dictionary]], *, centring: int) -> Consensus:
    """The mean of a language's vectors and those of its translations into ``others``.

    Args:
        vectors: Of the language, most frequent word first.
        others: Vectors of other languages, with dictionaries from the language to each.
        centring: Rounds of iterative normalisation.

    Raises:
        VocabularyError: A dictionary has too few words with vectors.
        ValueError: There is no other language.
    """
    own = vectors.first(VOCABULARY)
    total = None
    for table, dictionary in others:
        space = Space.of(own, table.first(2 * VOCABULARY), centring)
        gold = Seeds.of(dictionary, space.source, space.target)
        maps = orthogonal(space.x[gold.source], space.y[gold.target])
        turned = np.asarray(space.y @ maps.source.T, dtype=np.float32)  # orthogonal: its transpose turns back
        pairs = Seeds(*retrieve(space.x, turned, 1).mutual().T).with_those(_nearest(space.x, turned, gold))
        total = space.x.astype(np.float32) if total is None else total
        total[pairs.source] += turned[pairs.target]
    if total is None:
        raise ValueError("found no other language, expected at least one to average with")
    return Consensus(tuple(own.words), unit(total - total.mean(axis=0)))


def _within(dictionary: Dictionary, source: Vectors, target: Vectors) -> Dictionary:
    return within(dictionary, source.first(VOCABULARY), target.first(2 * VOCABULARY))


def _nearest(x: Matrix, y: Matrix, gold: Seeds) -> Seeds:
    """Of each source word's translations the nearest: dictionaries list rare ones, too."""
    cosines = np.einsum("nd,nd->n", x[gold.source], y[gold.target])
    order = np.lexsort((-cosines, gold.source))
    _, first = np.unique(gold.source[order], return_index=True)
    kept = order[first]
    return Seeds(gold.source[kept], gold.target[kept])
