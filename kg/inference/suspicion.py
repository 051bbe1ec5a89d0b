"""Translations that look wrong: what the rest of the graph could confirm, and does not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from isogloss.data.text.spelling import search_form
from isogloss.kg.graph import Graph
from isogloss.kg.inference.paths import candidates, times
from isogloss.kg.inference.translation_links import CONCEPTS, DICTIONARIES, Links, Numbers, Web, Weights, pair_keys

WEAK = 0.5  # a single claim below this is a weak one
CLEAR = 2  # words that must confirm a rival for it to count
SAME_SPELLING, RIVAL = 0.3, 0.3  # how suspicious each is where nothing confirms a translation


@dataclass(frozen=True)
class Suspicion:
    """A translation that may be wrong: how suspicious, from 0 to 1, and why."""

    source: str
    source_language: str
    target: str
    target_language: str
    suspicion: float
    reasons: tuple[str, ...]
    weight: float
    by: tuple[str, ...]  # the sources that claim it


@dataclass(frozen=True)
class _Edges:
    """The translations that dictionaries give between two languages, with what could confirm each and what does."""

    links: Links
    confirmed: Numbers  # how many words of other languages translate both
    could: Numbers  # how many could: translations of either word that the other's language knows
    rival: Numbers  # the most that confirm another translation of the same word
    alike: Weights  # 1 where both words are written the same
    words: tuple[list[str], list[str]]


def check(
    graph: Graph,
    source: str | None = None,
    target: str | None = None,
    *,
    k: int | None = 100,
    min_suspicion: float = 0.0,
    licences: Collection[str] | None = None,
) -> list[Suspicion]:
    """Translations that dictionaries give and that look wrong, most suspicious first.

    What a concept says too is not suspected. ``source`` and ``target`` choose two languages; otherwise all are looked
    at, two by two.

    Raises:
        VocabularyError: The graph has no such language.
    """
    web = Web.of(graph.store, licences)
    chosen = [graph.language_number(code) for code in (source, target) if code is not None]
    pairs = [pair for pair in combinations(sorted(web.languages.values()), 2) if set(chosen) <= set(pair)]
    codes = {number: code for code, number in web.languages.items()}
    found: list[Suspicion] = []
    for pair in pairs:
        here, there = (chosen[0], chosen[1]) if len(chosen) == 2 else pair
        found += _between(web, here, there, (codes[here], codes[there]), k, min_suspicion)
    found.sort(key=lambda each: (-each.suspicion, each.source_language, each.source, each.target))
    return found[:k]


def _between(
    web: Web, here: int, there: int, codes: tuple[str, str], k: int | None, min_suspicion: float
) -> list[Suspicion]:
    links = web.links(here, there, DICTIONARIES)
    told = web.links(here, there, CONCEPTS)
    keys = pair_keys(links.source, links.target)
    links = links.taken(~np.isin(keys, pair_keys(told.source, told.target)))
    if not links.size:
        return []
    edges = _looked_at(web, here, there, links)
    suspicion = _suspicion(edges)
    order = np.lexsort((np.arange(links.size), -suspicion))
    taken = [row for row in order[:k].tolist() if suspicion[row] > 0 and suspicion[row] >= min_suspicion]
    return [
        Suspicion(
            edges.words[0][row],
            codes[0],
            edges.words[1][row],
            codes[1],
            round(float(suspicion[row]), 4),
            _reasons(edges, row),
            float(links.weight[row]),
            _sources(web, int(links.source[row]), int(links.target[row])),
        )
        for row in taken
    ]


def _looked_at(web: Web, here: int, there: int, links: Links) -> _Edges:
    found = candidates(web, here, there)
    keys, counts = pair_keys(found.source, found.target), np.bincount(found.of_path, minlength=len(found))
    asked = pair_keys(links.source, links.target)
    confirmed = np.zeros(links.size, np.int64)
    if len(keys):
        place = np.minimum(np.searchsorted(keys, asked), len(keys) - 1)
        confirmed = np.where(keys[place] == asked, counts[place], 0)
    mine, theirs = _leading(web, here, there, links.source), _leading(web, there, here, links.target)
    words = web.words(links.source), web.words(links.target)
    alike = [search_form(one) == search_form(other) and len(one) > 2 for one, other in zip(*words, strict=True)]
    rival = np.maximum(_most_of_word(links.source, confirmed), _most_of_word(links.target, confirmed))
    return _Edges(links, confirmed, np.minimum(mine, theirs), rival, np.array(alike, dtype=np.float64), words)


def _leading(web: Web, here: int, there: int, words: Numbers) -> Numbers:
    """How many translations of each word, in other languages, have translations into the language in question."""
    found = np.zeros(len(words), np.int64)
    for pivot in web.pivots(here, there):
        links, onward = web.links(here, pivot), web.links(there, pivot)
        found += times(links.source[np.isin(links.target, onward.target)], words)
    return found


def _most_of_word(words: Numbers, confirmed: Numbers) -> Numbers:
    """The most that confirms any translation of the same word."""
    groups, place = np.unique(words, return_inverse=True)
    best = np.zeros(len(groups), np.int64)
    np.maximum.at(best, place, confirmed)
    return best[place]


def _suspicion(edges: _Edges) -> Weights:
    """All grounds together, as independent ones."""
    missing = np.maximum(edges.could - edges.confirmed, 0)
    silence = np.where(
        edges.confirmed == 0, missing / (missing + 2), missing / (missing + 2) / (2 * edges.confirmed + 1)
    )
    alone = (edges.confirmed == 0) & (edges.could > 0)
    homograph = SAME_SPELLING * edges.alike * alone
    rival = RIVAL * ((edges.rival >= CLEAR) & alone)
    weak = np.where((edges.links.voices == 1) & (edges.confirmed == 0), np.maximum(WEAK - edges.links.weight, 0), 0)
    found: Weights = 1 - (1 - silence) * (1 - homograph) * (1 - rival) * (1 - weak)
    return found


def _reasons(edges: _Edges, row: int) -> tuple[str, ...]:
    confirmed, could, rival = (int(column[row]) for column in (edges.confirmed, edges.could, edges.rival))
    said = []
    if confirmed == 0 and could:
        said.append(f"none of {could} words of other languages that could confirm it does")
        if rival >= CLEAR:
            said.append(f"another translation of the same word is confirmed by {rival}")
        if edges.alike[row]:
            said.append("written alike in both languages, perhaps a false friend")
    elif confirmed < could:
        said.append(f"only {confirmed} of {could} words of other languages that could confirm it")
    weight = float(edges.links.weight[row])
    if edges.links.voices[row] == 1 and weight < WEAK and confirmed == 0:
        said.append(f"one source only, with weight {weight:.2f}")
    return tuple(said)


def _sources(web: Web, source: int, target: int) -> tuple[str, ...]:
    rows = web.store.rows(
        "SELECT DISTINCT source FROM edge WHERE src = ? AND relation = 1 AND dst = ?", (source, target)
    )
    return tuple(sorted({web.sources[row[0]].name for row in rows if row[0] in web.allowed}))
