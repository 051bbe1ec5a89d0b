"""Cycle density (Villegas et al., 2016; Goel et al., 2022): words on a dense cycle of translations share a meaning.

A cycle has at most one word of each language. Its density is the number of links among its words, over the number
that there would be if each were linked with each. The link between the two words in question is never counted: it is
what is predicted. Cycles of four and of five words are searched; longer ones are rarely denser, and cost much.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.paths import Candidates
from isogloss.kg.inference.translation_links import Numbers, Weights, pair_keys

EXPANDED = 12  # pivots of a candidate, and translations of a word, that cycles are searched among; round number


@dataclass(frozen=True)
class Adjacency:
    """Which words of some languages translate each other."""

    keys: Numbers  # sorted
    language_of: Callable[[Numbers], Numbers]

    @classmethod
    def among(cls, languages: LanguagePair) -> Adjacency:
        """The links among the words of the pivot languages, and from there to both ends."""
        translations, pivots = languages.translations, languages.pivots
        ends = languages.source, languages.target
        language_pairs = [*combinations(sorted(pivots), 2), *((end, pivot) for end in ends for pivot in pivots)]
        links = [translations.between(min(pair), max(pair)) for pair in language_pairs]
        ends_of = [(np.minimum(link.source, link.target), np.maximum(link.source, link.target)) for link in links]
        keys = [pair_keys(*pair_of_ends) for pair_of_ends in ends_of]
        return cls(np.unique(np.concatenate([np.zeros(0, np.int64), *keys])), translations.language_groups.of_words)

    def linked(self, source: Numbers, target: Numbers) -> Numbers:
        """1 where two words are linked, else 0."""
        if not len(self.keys):
            return np.zeros(len(source), np.int64)
        keys = pair_keys(np.minimum(source, target), np.maximum(source, target))
        place = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        is_linked: Numbers = (self.keys[place] == keys).astype(np.int64)
        return is_linked


def density(candidates: Candidates) -> Weights:
    """The density of the densest cycle through both words of each candidate; 0 where there is none."""
    best = np.zeros(len(candidates))
    if not len(candidates):
        return best
    adjacency = Adjacency.among(candidates.languages)
    first, second = _pairs(candidates)
    owner = candidates.of_path[first]
    p, q = candidates.paths.pivot[first], candidates.paths.pivot[second]
    apart = adjacency.language_of(p) != adjacency.language_of(q)
    owner, p, q = owner[apart], p[apart], q[apart]
    chord = adjacency.linked(p, q)
    np.maximum.at(best, owner, (4 + chord) / 6)
    _longer(candidates, adjacency, best)
    return best


def _longer(candidates: Candidates, adjacency: Adjacency, best: Weights) -> None:
    """Cycles of five: ``x – r – y – q – p – x``, where ``p`` and ``q`` translate each other."""
    languages = candidates.languages
    between = languages.translations.between
    for first in languages.pivots:
        start_edge = between(languages.source, first)
        for second in languages.pivots:
            if second == first:
                continue
            last_edge = between(languages.target, second)
            owner, p, q = _joined(candidates, start_edge.source, start_edge.target, last_edge.source, last_edge.target)
            joined = adjacency.linked(p, q) == 1
            _close(candidates, adjacency, owner[joined], p[joined], q[joined], best)


def _close(candidates: Candidates, adjacency: Adjacency, owner: Numbers, p: Numbers, q: Numbers, best: Weights) -> None:
    """Close each chain ``x – p – q – y`` with a path of its candidate into a cycle, and note the density."""
    counts = np.minimum(np.diff(np.append(candidates.first, len(candidates.paths.source))), EXPANDED)[owner]
    path = _ranges(candidates.first[owner], counts)
    owner, p, q = (np.repeat(column, counts) for column in (owner, p, q))
    r = candidates.paths.pivot[path]
    language, *languages = (adjacency.language_of(words) for words in (r, p, q))
    apart = (language != languages[0]) & (language != languages[1])
    owner, p, q, r = owner[apart], p[apart], q[apart], r[apart]
    x, y = candidates.source[owner], candidates.target[owner]
    chords = sum(adjacency.linked(*two) for two in ((x, q), (y, p), (r, p), (r, q)))
    np.maximum.at(best, owner, (5 + chords) / 10)


def _pairs(candidates: Candidates) -> tuple[Numbers, Numbers]:
    """Any two paths of one candidate, of its first ``EXPANDED`` ones."""
    counts = np.minimum(np.diff(np.append(candidates.first, len(candidates.paths.source))), EXPANDED)
    firsts, seconds = [], []
    for a, b in combinations(range(int(counts.max(initial=0))), 2):
        starts = candidates.first[counts > b]
        firsts.append(starts + a)
        seconds.append(starts + b)
    empty = np.zeros(0, np.int64)
    return np.concatenate([empty, *firsts]), np.concatenate([empty, *seconds])


def _joined(
    candidates: Candidates, near_word: Numbers, near_pivot: Numbers, far_word: Numbers, far_pivot: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """For each candidate, the translations of its one word with those of the other: candidate, one, other."""
    start, end = np.searchsorted(near_word, candidates.source), np.searchsorted(far_word, candidates.target)
    outgoing = np.minimum(np.searchsorted(near_word, candidates.source, "right") - start, EXPANDED)
    incoming = np.minimum(np.searchsorted(far_word, candidates.target, "right") - end, EXPANDED)
    size = outgoing * incoming
    owner = np.repeat(np.arange(len(candidates)), size)
    within = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return owner, near_pivot[start[owner] + within // incoming[owner]], far_pivot[end[owner] + within % incoming[owner]]


def _ranges(starts: Numbers, counts: Numbers) -> Numbers:
    """``counts[i]`` numbers from ``starts[i]`` on, for each ``i``."""
    offset = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    result: Numbers = np.repeat(starts, counts) + offset
    return result
