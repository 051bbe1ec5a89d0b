"""What kind of pair a lexicographer leaves out or marks: numbers, codes, words of the other language, names."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from isogloss.data.dictionary import Dictionary
from isogloss.data.errors import VocabularyError
from isogloss.data.language import macrolanguage
from isogloss.data.vectors import Matrix, Vectors
from isogloss.lexicon.alignment.seeds import Seeds
from isogloss.lexicon.alignment.space import Space
from isogloss.lexicon.search.index import ExactIndex, Rows

Flags = NDArray[np.bool_]

WORD, IDENTICAL, NAME, FOREIGN, CODE, NUMBER, REJECTED = range(7)  # where several hold, the last counts
NAMES = ("", "identical", "name", "foreign", "code", "number", "rejected")  # in the column of lexicon.tsv
LEAVE_OUT = {"identical": IDENTICAL, "names": NAME, "foreign": FOREIGN, "codes": CODE, "numbers": NUMBER}
USUAL = ("numbers", "codes", "foreign")
COUNTED = {**LEAVE_OUT, "rejected": REJECTED}  # what may be left out

NEIGHBOURS = 10  # of a word among its own language; the number of CSLS
# A word stands in both vocabularies. Foreign is the one of lower frequency whose neighbors stand in both, too: a
# point for each e-fold in frequency, SHARE_POINTS for all neighbors. Chosen on words that FreeDict's English-French
# lists alike or otherwise (docs/decisions.md).
SHARE_POINTS = 4.0
FOREIGN_POINTS = 3.0  # from which the rarer word is foreign; chosen likewise
FOREIGN_SHARE = 0.7  # of a word's neighbors that stand in both vocabularies, at least; chosen likewise
RANK_OFFSET = 10  # added to frequency ranks, so that the first few do not differ by much; round number

# Languages that write all nouns with a capital, so that one tells no name (ISO 639: German and its kin, Luxembourgish).
CAPITAL_NOUNS = frozenset(("bar", "de", "frr", "gsw", "ksh", "lb", "nds", "pdc", "pfl", "stq"))

_CODE = re.compile(r"[@/\\_#=<>{}\[\]|~^*+]|\w\w\.[a-z]{2,4}$")


@dataclass(frozen=True, eq=False)
class Kinds:
    """What the words of both languages are: the kind of each, names, and the row of the same key in the other."""

    source: NDArray[np.int8]
    target: NDArray[np.int8]
    source_name: Flags
    target_name: Flags
    same: Rows  # the target row of each source word that is spelled alike; -1 where there is none
    rejected: Seeds  # pairs that are none

    @classmethod
    def of(cls, space: Space, gold: Seeds, cut: int, rejected: Dictionary | None = None) -> Kinds:
        """The kinds of all words.

        Args:
            space: Both languages.
            gold: Known translations: a word that is its own translation there is not foreign.
            cut: Neighbors are sought among so many of the most frequent words.
            rejected: Pairs that are no translations, whatever their words are.
        """
        source, target = space.source, space.target
        same = np.array([target.row_of.get(word, -1) for word in source.words], np.int64)
        names = _names(source), _names(target)
        own = np.isin(np.arange(len(same)), gold.source[same[gold.source] == gold.target])
        spelled_alike = np.flatnonzero((same >= 0) & ~(names[0] & names[1][same]) & ~own)
        foreign_source, foreign_target = foreign(space, spelled_alike, same, cut)
        kinds = _spelled(source.words), _spelled(target.words)
        for kind, rows in zip(kinds, (spelled_alike[foreign_source], same[spelled_alike[foreign_target]]), strict=True):
            kind[rows] = np.maximum(kind[rows], FOREIGN)
        denied = Seeds.none() if rejected is None else Seeds.covered(rejected, source, target)
        return cls(*kinds, *names, same, denied)

    def __call__(self, words: Rows, rows: Rows) -> NDArray[np.int8]:
        """The kind of each pair of ``words``, shape ``(n,)``, and targets ``rows``, shape ``(n, k)``."""
        alike = self.same[words][:, None] == rows
        # Where a vocabulary has no capitals at all, those of the other decide.
        source, target = (
            flags if flags.any() else np.ones(len(flags), bool) for flags in (self.source_name, self.target_name)
        )
        cased = bool(self.source_name.any() or self.target_name.any())
        name = source[words][:, None] & target[rows] & cased
        of_pair = np.where(name, NAME, np.where(alike, IDENTICAL, WORD))
        kinds = np.maximum(np.maximum(self.source[words][:, None], self.target[rows]), of_pair).astype(np.int8)
        kinds[self.rejected.holding(words, rows)] = REJECTED
        return kinds


def left_out(names: Collection[str]) -> tuple[int, ...]:
    """The kinds to leave out, given their names.

    Raises:
        VocabularyError: There is no kind of that name.
    """
    unknown = [name for name in names if name not in LEAVE_OUT]
    if unknown:
        raise VocabularyError(f"found {unknown[0]!r} to leave out, expected none or some of {', '.join(LEAVE_OUT)}")
    return tuple(LEAVE_OUT[name] for name in names)


def foreign(space: Space, words: Rows, same: Rows, cut: int) -> tuple[Flags, Flags]:
    """Which ``words`` (source rows that stand in both vocabularies) are foreign to the source, and to the target.

    A borrowed or common word has neighbors of its own language; one that got in with quotations, titles and menus has
    neighbors of the language it is from, which stand in both vocabularies as well.
    """
    if not len(words):
        return np.zeros(0, bool), np.zeros(0, bool)
    shared_target = np.isin(np.arange(len(space.y)), same[same >= 0])
    in_source = _share(space.x[:cut], space.x, words, same >= 0)
    in_target = _share(space.y[:cut], space.y, same[words], shared_target)
    rarer = np.log((same[words] + RANK_OFFSET) / (words + RANK_OFFSET))  # in the target
    points = SHARE_POINTS * (in_target - in_source) + rarer
    return (
        (points <= -FOREIGN_POINTS) & (in_source >= FOREIGN_SHARE),
        (points >= FOREIGN_POINTS) & (in_target >= FOREIGN_SHARE),
    )


def capitalised(written: Sequence[str]) -> Flags:
    """Which words are mostly written with a capital."""
    return np.array([word[:1] != word[:1].lower() for word in written], bool)


def _names(vectors: Vectors) -> Flags:
    """Which words a capital marks as names; none where all nouns have one."""
    if macrolanguage(vectors.language) in CAPITAL_NOUNS:
        return np.zeros(len(vectors), bool)
    return capitalised(vectors.written)


def _share(pool: Matrix, matrix: Matrix, words: Rows, shared: Flags) -> Matrix:
    """The share of each word's nearest neighbors in ``pool`` that are ``shared``, shape ``(len(words),)``."""
    neighbors = ExactIndex(pool).search(matrix[words], NEIGHBOURS + 1).rows
    not_itself = neighbors != words[:, None]
    return np.asarray((shared[neighbors] & not_itself).sum(axis=1) / np.maximum(not_itself.sum(axis=1), 1), np.float32)


def _spelled(words: Sequence[str]) -> NDArray[np.int8]:
    return np.array([_kind(word) for word in words], np.int8)


def _kind(word: str) -> int:
    if word.isalpha():  # nearly all words
        return WORD
    letters, digits = any(map(str.isalpha, word)), any(map(str.isdigit, word))
    if not letters:
        return NUMBER if digits else CODE
    return CODE if digits or _CODE.search(word) else WORD
