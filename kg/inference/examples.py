"""What the ensemble learns from: translations that a dictionary has, hidden, and looked for in the rest of the graph.

A pair of languages with a dictionary teaches twice: with everything hidden that is known of the two languages, and
with only its dictionaries hidden, so that concepts are known. Only dictionaries teach. A concept names each thing
once, so its silence about a pair of words says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from isogloss.data.progress import Progress, silent
from isogloss.kg.inference.features import Described, describe, known_words
from isogloss.kg.inference.paths import candidates
from isogloss.kg.inference.translation_links import (
    CONCEPTS,
    DICTIONARIES,
    Flags,
    Links,
    Numbers,
    Web,
    Weights,
    pair_keys,
)
from isogloss.kg.inference.vector_similarity import Spaces, looked_at

FEWEST = 30  # examples of two languages: with fewer no threshold is chosen and no rate estimated
ENOUGH = 1000  # examples of the very languages in question: with so many no others are needed
MOST = 20_000  # examples of two languages that are looked at


@dataclass(frozen=True)
class Examples:
    """Candidates of which a hidden dictionary knows both words, and whether it has the pair."""

    described: Described
    rows: Numbers  # which of the candidates
    truth: Flags
    reach: float  # the share of the dictionary's pairs, of words that are known without it, that are candidates
    coverage: float  # the share of the candidates' words that the dictionary knows, in the language where that is more

    @property
    def words(self) -> Numbers:
        """The source word of each example."""
        return self.described.found.source[self.rows]

    @property
    def enough(self) -> bool:
        """Whether there are as many, of either sort, as it takes to choose a threshold or to estimate a rate."""
        return len(self.rows) >= FEWEST and 0 < int(self.truth.sum()) < len(self.rows)

    @property
    def importance(self) -> Weights:
        """How much each example counts: many of one kind count more than few, but not as many times more."""
        return np.full(len(self.rows), len(self.rows) ** -0.5)


def lessons(
    web: Web,
    here: int,
    there: int,
    own: Described,
    *,
    random: np.random.Generator,
    spaces: Spaces | None = None,
    progress: Progress = silent,
) -> list[Examples]:
    """Examples of the two languages, however few, and unless there are very many of all others with a dictionary."""
    mine = list(_of_pair(web, here, there, own, random))
    if sum(len(each.rows) for each in mine) >= ENOUGH:
        return mine
    pairs = [pair for pair in combinations(sorted(web.languages.values()), 2) if set(pair) != {here, there}]
    taught = [pair for pair in pairs if web.links(*pair, DICTIONARIES).size]
    found = list(mine)
    for pair in progress(taught, "Learning from other languages"):
        candidate = candidates(web, *pair)
        if len(candidate) >= FEWEST:
            described = looked_at(spaces, describe(web, candidate, *pair), *pair)
            found += (each for each in _of_pair(web, *pair, described, random) if each.enough)
    return found


def _of_pair(web: Web, here: int, there: int, described: Described, random: np.random.Generator) -> Iterator[Examples]:
    hidden, known = web.links(here, there, DICTIONARIES), web.links(here, there, CONCEPTS)
    found = described.found
    keys, told = pair_keys(found.source, found.target), pair_keys(known.source, known.target)
    truth = np.isin(keys, pair_keys(hidden.source, hidden.target))
    asked = np.isin(found.source, hidden.source) & np.isin(found.target, hidden.target)
    sought = np.isin(hidden.source, reachable(web, here, there)) & np.isin(hidden.target, reachable(web, there, here))
    told_of = np.isin(pair_keys(hidden.source, hidden.target), told)
    coverage = max(_share(found.source, hidden.source), _share(found.target, hidden.target))
    yield from _some(described, asked, truth, int(sought.sum()), coverage, random)
    if known.size:
        informed = replace(described, columns={**described.columns, **known_words(found, known)})
        fresh = ~np.isin(keys, told)
        yield from _some(informed, asked & fresh, truth, int((sought & ~told_of).sum()), coverage, random)


def _some(
    described: Described, asked: Flags, truth: Flags, sought: int, coverage: float, random: np.random.Generator
) -> Iterator[Examples]:
    rows = np.flatnonzero(asked)
    right = int(truth[rows].sum())
    if not len(rows):
        return
    if len(rows) > MOST:
        rows = np.sort(random.choice(rows, MOST, replace=False))
    yield Examples(described, rows, truth[rows], min(1.0, right / max(sought, 1)), coverage)


def _share(asked: Numbers, known: Numbers) -> float:
    """Which share of some words, each counted once, is known."""
    return float(np.isin(np.unique(asked), known).mean())


def reachable(web: Web, here: int, there: int) -> Numbers:
    """The words of the first language that some pivot language of the two knows."""
    links: list[Links] = [web.links(here, pivot) for pivot in web.pivots(here, there)]
    return np.unique(np.concatenate([np.zeros(0, np.int64), *(each.source for each in links)]))


def halves(examples: Examples, random: np.random.Generator) -> tuple[Examples, Examples]:
    """Two halves of some examples, which share no source word."""
    words, place = np.unique(examples.words, return_inverse=True)
    first = (random.permutation(len(words)) < len(words) / 2)[place]
    one, other = (replace(examples, rows=examples.rows[half], truth=examples.truth[half]) for half in (first, ~first))
    return one, other
