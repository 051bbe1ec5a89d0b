"""All paths between two languages through one pivot word, and the candidates: the pairs of words that they join."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.translation_links import Flags, Links, Numbers, Weights

FOLLOWED = 64  # strongest translations of a pivot into one language that are followed; round number


class Paths(NamedTuple):
    """Paths ``source → pivot → target``, by columns; sorted by source, target and pivot."""

    source: Numbers  # entry numbers
    target: Numbers
    pivot: Numbers
    strength: Weights  # the product of the two edges
    ambiguity_here: Numbers  # how many words of the source language translate the pivot
    ambiguity_there: Numbers  # how many words of the target language do
    licences: Numbers  # bits
    concept: Flags  # whether a concept alone makes one of the two edges

    def taken(self, rows: Numbers | Flags) -> Paths:
        """Some of the paths."""
        return Paths._make(column[rows] for column in self)


@dataclass(frozen=True)
class Candidates:
    """The pairs of words of two languages that some path joins, in order, each with its paths side by side."""

    languages: LanguagePair
    source: Numbers
    target: Numbers
    paths: Paths
    first: Numbers  # where the paths of each candidate begin

    def __len__(self) -> int:
        return len(self.source)

    @cached_property
    def of_path(self) -> Numbers:
        """The candidate of each path."""
        counts = np.diff(np.append(self.first, len(self.paths.source)))
        return np.repeat(np.arange(len(self)), counts)

    def total(self, values: Weights) -> Weights:
        """The sum over the paths of each candidate."""
        totals: Weights = np.add.reduceat(values, self.first) if len(self) else np.zeros(0)
        return totals

    def highest(self, values: Weights) -> Weights:
        """The maximum over the paths of each candidate."""
        maxima: Weights = np.maximum.reduceat(values, self.first) if len(self) else np.zeros(0)
        return maxima

    @cached_property
    def licences(self) -> Numbers:
        """The bits of all licences on the paths of each candidate."""
        masks: Numbers = np.bitwise_or.reduceat(self.paths.licences, self.first) if len(self) else self.paths.licences
        return masks

    def taken(self, chosen: Flags) -> Candidates:
        """Some of the candidates, with their paths."""
        paths = self.paths.taken(chosen[self.of_path])
        counts = np.bincount(self.of_path, minlength=len(self))[chosen]
        first = np.cumsum(counts) - counts
        return Candidates(self.languages, self.source[chosen], self.target[chosen], paths, first)


def find_candidates(languages: LanguagePair) -> Candidates:
    """All pairs of words of two languages that one pivot word joins.

    Direct translations between the two languages are not used. A path both of whose edges come from the same concept is
    none: the concept states all three words at once, and no other source does.
    """
    source, target, between = languages.source, languages.target, languages.translations.between
    parts = [_through(between(source, pivot), between(target, pivot)) for pivot in languages.pivots]
    if not parts:
        empty = np.zeros(0, np.int64)
        no_paths = Paths(*(empty,) * 3, np.zeros(0), *(empty,) * 3, np.zeros(0, bool))
        return Candidates(languages, empty, empty, no_paths, empty)
    paths = Paths(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
    paths = paths.taken(np.lexsort((paths.pivot, paths.target, paths.source)))
    new = np.ones(len(paths.source), dtype=bool)
    new[1:] = (paths.source[1:] != paths.source[:-1]) | (paths.target[1:] != paths.target[:-1])
    first = np.flatnonzero(new)
    return Candidates(languages, paths.source[first], paths.target[first], paths, first)


def _through(source: Links, target: Links) -> Paths:
    """The paths over the words of one pivot language, given the links of either end to it."""
    pivots = np.intersect1d(source.target, target.target)
    from_source, from_target = _strongest(source, pivots), _strongest(target, pivots)
    rows, columns = _product(times(from_source.target, pivots), times(from_target.target, pivots))
    degrees = [times(np.sort(links.target), pivots) for links in (source, target)]
    a, b = from_source.taken(rows), from_target.taken(columns)
    place = np.searchsorted(pivots, a.target)
    paths = Paths(
        a.source,
        b.source,
        a.target,
        a.weight * b.weight,
        degrees[0][place],
        degrees[1][place],
        a.licences | b.licences,
        (a.concept > 0) | (b.concept > 0),
    )
    return paths.taken((a.concept != b.concept) | (a.concept == 0))


def _strongest(links: Links, pivots: Numbers) -> Links:
    """Of the links to each pivot the strongest, sorted by pivot."""
    links = links.taken(np.isin(links.target, pivots))
    links = links.taken(np.lexsort((links.source, -links.weight, links.target)))
    starts = np.searchsorted(links.target, links.target)
    return links.taken(np.arange(links.size) - starts < FOLLOWED)


def _product(from_source: Numbers, from_target: Numbers) -> tuple[Numbers, Numbers]:
    """All pairs of rows of two tables that are grouped alike, given the sizes of the groups."""
    source_first, target_first = np.cumsum(from_source) - from_source, np.cumsum(from_target) - from_target
    size = from_source * from_target
    group = np.repeat(np.arange(len(size)), size)
    within = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
    return source_first[group] + within // from_target[group], target_first[group] + within % from_target[group]


def times(ordered: Numbers, words: Numbers) -> Numbers:
    """How often each of some words stands in a sorted column."""
    return np.searchsorted(ordered, words, "right") - np.searchsorted(ordered, words)
