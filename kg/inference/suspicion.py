"""Suspicious translations: pairs that the rest of the graph could confirm, and does not (negative evidence)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from isogloss.data.text.spelling import search_form
from isogloss.kg.graph import Graph
from isogloss.kg.inference.language_pair import LanguagePair
from isogloss.kg.inference.paths import find_candidates, times
from isogloss.kg.inference.translation_links import (
    CONCEPTS,
    DICTIONARIES,
    Links,
    Numbers,
    TranslationLinks,
    Weights,
    pair_keys,
)
from isogloss.kg.query.snapshot import in_one_snapshot

WEAK = 0.5  # weight below which the claim of a single source is weak; round number
CLEAR = 2  # words that must confirm a rival for it to count; chosen by hand, not tuned by a script
# Suspicion of either where nothing confirms a pair; chosen by hand, not tuned by a script.
SAME_SPELLING = RIVAL = 0.3


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
    """The dictionary translations between two languages, with the words that could confirm each, and that do."""

    links: Links
    confirmed: Numbers  # how many words of other languages translate both
    could: Numbers  # how many could: translations of either word that have a translation in the other's language
    rival: Numbers  # the most that confirm another translation of the same word
    alike: Weights  # 1 where both words are written the same
    words: tuple[list[str], list[str]]


@in_one_snapshot
def check(
    graph: Graph,
    source: str | None = None,
    target: str | None = None,
    *,
    k: int | None = 100,
    min_suspicion: float = 0.0,
    licences: Collection[str] | None = None,
) -> list[Suspicion]:
    """Translations of dictionaries that look wrong, most suspicious first.

    Pairs that a concept states too are left out. ``source`` and ``target`` choose two languages; otherwise all pairs of
    languages are checked.

    Raises:
        VocabularyError: The graph has no such language.
    """
    requested = [graph.language_numbers(code) for code in (source, target) if code is not None]
    translations = TranslationLinks.of(graph.store, licences, requested=requested)
    chosen = [numbers[0] for numbers in requested]
    pairs = [pair for pair in combinations(sorted(translations.languages.values()), 2) if set(chosen) <= set(pair)]
    suspicions: list[Suspicion] = []
    for pair in pairs:
        ends = (chosen[0], chosen[1]) if len(chosen) == 2 else pair
        suspicions += _suspicions(LanguagePair(translations, *ends), k, min_suspicion)
    suspicions.sort(
        key=lambda suspicion: (-suspicion.suspicion, suspicion.source_language, suspicion.source, suspicion.target)
    )
    return suspicions[:k]


def _suspicions(languages: LanguagePair, k: int | None, min_suspicion: float) -> list[Suspicion]:
    links, by_concepts = languages.stated(DICTIONARIES), languages.stated(CONCEPTS)
    keys = pair_keys(links.source, links.target)
    links = links.taken(~np.isin(keys, pair_keys(by_concepts.source, by_concepts.target)))
    if not links.size:
        return []
    edges, codes = _confirmations(languages, links), languages.codes
    suspicion = _suspicion(edges)
    order = np.lexsort((np.arange(links.size), -suspicion))
    rows = [row for row in order[:k].tolist() if suspicion[row] > 0 and suspicion[row] >= min_suspicion]
    return [
        Suspicion(
            edges.words[0][row],
            codes[0],
            edges.words[1][row],
            codes[1],
            round(float(suspicion[row]), 4),
            _reasons(edges, row),
            float(links.weight[row]),
            _sources(languages.translations, int(links.source[row]), int(links.target[row])),
        )
        for row in rows
    ]


def _confirmations(languages: LanguagePair, links: Links) -> _Edges:
    candidates = find_candidates(languages)
    keys = pair_keys(candidates.source, candidates.target)
    counts = np.bincount(candidates.of_path, minlength=len(candidates))
    link_keys = pair_keys(links.source, links.target)
    confirmed = np.zeros(links.size, np.int64)
    if len(keys):
        place = np.minimum(np.searchsorted(keys, link_keys), len(keys) - 1)
        confirmed = np.where(keys[place] == link_keys, counts[place], 0)
    could = np.minimum(_leading(languages, links.source), _leading(languages.reversed, links.target))
    written = languages.translations.words
    words = written(links.source), written(links.target)
    same_spelling = [search_form(a) == search_form(b) and len(a) > 2 for a, b in zip(*words, strict=True)]
    rival = np.maximum(_most_of_word(links.source, confirmed), _most_of_word(links.target, confirmed))
    return _Edges(links, confirmed, could, rival, np.array(same_spelling, dtype=np.float64), words)


def _leading(languages: LanguagePair, words: Numbers) -> Numbers:
    """How many translations of each source word, in other languages, have translations into the target language."""
    counts, between = np.zeros(len(words), np.int64), languages.translations.between
    for pivot in languages.pivots:
        links, target_links = between(languages.source, pivot), between(languages.target, pivot)
        counts += times(links.source[np.isin(links.target, target_links.target)], words)
    return counts


def _most_of_word(words: Numbers, confirmed: Numbers) -> Numbers:
    """The most that confirms any translation of the same word."""
    groups, place = np.unique(words, return_inverse=True)
    best = np.zeros(len(groups), np.int64)
    np.maximum.at(best, place, confirmed)
    return best[place]


def _suspicion(edges: _Edges) -> Weights:
    """The noisy-or of all grounds for suspicion."""
    missing = np.maximum(edges.could - edges.confirmed, 0)
    absence = np.where(
        edges.confirmed == 0, missing / (missing + 2), missing / (missing + 2) / (2 * edges.confirmed + 1)
    )
    alone = (edges.confirmed == 0) & (edges.could > 0)
    homograph = SAME_SPELLING * edges.alike * alone
    rival = RIVAL * ((edges.rival >= CLEAR) & alone)
    weak = np.where(
        (edges.links.source_count == 1) & (edges.confirmed == 0), np.maximum(WEAK - edges.links.weight, 0), 0
    )
    combined: Weights = 1 - (1 - absence) * (1 - homograph) * (1 - rival) * (1 - weak)
    return combined


def _reasons(edges: _Edges, row: int) -> tuple[str, ...]:
    confirmed, could, rival = (int(column[row]) for column in (edges.confirmed, edges.could, edges.rival))
    reasons = []
    if confirmed < could:
        reasons.append(f"confirmed by {confirmed} of {could} words of other languages that could")
    if confirmed == 0 and could:
        if rival >= CLEAR:
            reasons.append(f"another translation of the same word is confirmed by {rival}")
        if edges.alike[row]:
            reasons.append("written alike in both languages, perhaps a false friend")
    weight = float(edges.links.weight[row])
    if edges.links.source_count[row] == 1 and weight < WEAK and confirmed == 0:
        reasons.append(f"one source only, with weight {weight:.2f}")
    return tuple(reasons)


def _sources(translations: TranslationLinks, source_word: int, target_word: int) -> tuple[str, ...]:
    rows = translations.store.rows(
        "SELECT DISTINCT source FROM edge WHERE src = ? AND relation = 1 AND dst = ?", (source_word, target_word)
    )
    return tuple(sorted({translations.sources[row[0]].name for row in rows if row[0] in translations.allowed}))
