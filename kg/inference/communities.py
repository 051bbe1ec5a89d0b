"""Concepts as communities: words of several languages that translate each other more than any other words.

Links are weighted by the share of neighbors that both words have in common, and by the probability that the one
translates the other. The Leiden method (Traag et al., 2019) then finds groups of the highest modularity. A word belongs
to one community, so of a word with several senses only the best connected is found. ``benchmarks.quality.concepts`` has
chosen the resolution, and measures the result.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array, csr_matrix

from isogloss.data.dictionary import Origin
from isogloss.data.garbage_collection import garbage_collection_paused
from isogloss.data.licence import strictest
from isogloss.data.progress import Progress, silent
from isogloss.kg.graph import Graph
from isogloss.kg.inference.translation_links import Links, Numbers, TranslationLinks, Weights
from isogloss.kg.query.snapshot import in_one_snapshot
from isogloss.kg.storage.schema import BLOCK

NAME = "communities"
# Of the modularity, divided by the sum of all weights: chosen by ``benchmarks.quality.concepts`` on half of its words.
RESOLUTION = 0.07
BLOCK_OF_ROWS = 8192  # words whose common neighbors are counted at once; bounds the memory, round number


class Member(NamedTuple):
    """A word of a community, and what share of its links stay inside."""

    word: str
    language: str
    belonging: float

    @property
    def key(self) -> str:
        """The word with its language."""
        return f"{self.language}:{self.word}"


class Community(NamedTuple):
    """Words that share a meaning, the best connected first; ``cohesion`` is the share of possible links that exist."""

    members: tuple[Member, ...]
    cohesion: float
    licence: str

    @property
    def key(self) -> str:
        """A name of its own: the best connected word, since no word is in two communities."""
        return self.members[0].key


@in_one_snapshot
@garbage_collection_paused()
def communities(
    graph: Graph,
    *,
    min_size: int = 3,
    min_cohesion: float = 0.0,
    licences: Iterable[str] | None = None,
    seed: int = 0,
    progress: Progress = silent,
) -> list[Community]:
    """The communities of ``min_size`` words or more, of two languages or more, most cohesive first."""
    translations = TranslationLinks.of(graph.store, None if licences is None else list(licences))
    links = translations.all_languages(progress)
    if not len(links.source):
        return []
    numbers, ends = np.unique(np.concatenate([links.source, links.target]), return_inverse=True)
    source, target = ends[: len(links.source)], ends[len(links.source) :]
    strength = _shared(source, target, links.weight, len(numbers)) * links.factor
    of_word = _of_size(_grouped(source, target, strength, len(numbers), seed), min_size)
    return _described(translations, links, numbers, (source, target), of_word, min_cohesion)


def store(graph: Graph, communities_found: Sequence[Community]) -> int:
    """Store communities as concepts, in place of those of an earlier run; returns how many.

    Raises:
        GraphError: The graph is open for reading only.
    """
    for licence in sorted({community.licence for community in communities_found}):
        of_licence = {community.key: community for community in communities_found if community.licence == licence}
        concepts = {key: _by_language(community.members) for key, community in of_licence.items()}
        _forget(graph, licence)
        graph.add_concepts(concepts, Origin(NAME, licence, "inferred"))
        _measure(graph, licence, of_licence)
    return len(communities_found)


def _shared(source: Numbers, target: Numbers, weight: Weights, count: int) -> Weights:
    """Each link's weight times the share of neighbors that both ends have in common, themselves included."""
    ends = np.concatenate([source, target]), np.concatenate([target, source])
    table = csr_array((np.ones(2 * len(source)), ends), shape=(count, count))
    table.setdiag(1)
    degree = np.asarray(table.sum(axis=1)).ravel()
    common = np.empty(len(source))
    order = np.argsort(source, kind="stable")
    bounds = np.searchsorted(source[order], np.arange(0, count + BLOCK_OF_ROWS, BLOCK_OF_ROWS))
    for number, (start, end) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
        rows, first = order[start:end], number * BLOCK_OF_ROWS
        if len(rows):
            product = csr_array(table[first : first + BLOCK_OF_ROWS] @ table)
            common[rows] = np.asarray(product[source[rows] - first, target[rows]]).ravel()
    similarity: Weights = weight * common / np.sqrt(degree[source] * degree[target])
    return similarity


def _grouped(source: Numbers, target: Numbers, strength: Weights, count: int, seed: int) -> Numbers:
    """The number of the group of each word, by its links."""
    ends = np.concatenate([source, target]), np.concatenate([target, source])
    table = csr_matrix((np.tile(strength, 2), ends), shape=(count, count))
    if sys.version_info >= (3, 14):  # for which there is no wheel of it
        return _propagated(source, target, strength, count, seed)
    from sknetwork.clustering import Leiden

    _seed_c_library(seed)
    leiden = Leiden(
        RESOLUTION * table.sum(),  # what two words gain by one group is then the same in graphs of all sizes
        modularity="newman",
        sort_clusters=False,
        return_probs=False,
        return_aggregate=False,
    )
    return np.asarray(leiden.fit_predict(table), dtype=np.int64)


def _seed_c_library(seed: int) -> None:
    """Seed the generator that scikit-network's Leiden draws from; it has no other random numbers."""
    ctypes.CDLL("ucrtbase" if sys.platform == "win32" else None).srand(ctypes.c_uint(seed))


def _of_size(groups: Numbers, least: int) -> Numbers:
    """The groups of ``least`` words or more, numbered anew; -1 for words of smaller ones."""
    large_enough = np.bincount(groups) >= least
    numbers = np.where(large_enough, np.cumsum(large_enough) - 1, -1)
    return numbers[groups]


def _propagated(source: Numbers, target: Numbers, strength: Weights, count: int, seed: int) -> Numbers:
    """The groups by label propagation (Raghavan et al., 2007)."""
    import networkx

    graph = networkx.Graph()
    graph.add_weighted_edges_from(zip(source.tolist(), target.tolist(), strength.tolist(), strict=True))
    groups = np.zeros(count, dtype=np.int64)
    for number, members in enumerate(networkx.community.asyn_lpa_communities(graph, weight="weight", seed=seed)):
        groups[list(members)] = number
    return groups


def _described(
    translations: TranslationLinks,
    links: Links,
    numbers: Numbers,
    both_ends: tuple[Numbers, Numbers],
    of_word: Numbers,
    min_cohesion: float,
) -> list[Community]:
    """The groups of two languages or more whose cohesion suffices, the most cohesive first."""
    source, target = both_ends
    count = int(of_word.max(initial=-1)) + 1
    inside = np.flatnonzero((of_word[source] == of_word[target]) & (of_word[source] >= 0))
    degree = np.bincount(np.concatenate(both_ends), minlength=len(numbers))
    inside_degree = np.bincount(np.concatenate([source[inside], target[inside]]), minlength=len(numbers))
    linked = np.bincount(of_word[source[inside]], minlength=count)
    masks = np.zeros(count, np.int64)
    np.bitwise_or.at(masks, of_word[source[inside]], links.licences[inside])
    possible = _possible(of_word, translations.language_groups.of_words(numbers), count)
    cohesion = np.round(linked / np.maximum(possible, 1), 4)
    good = (possible > 0) & (cohesion >= min_cohesion)  # none is possible between words of one language
    members = np.flatnonzero(np.append(good, False)[of_word])  # the last is for words of no group, -1
    members = members[np.lexsort((members, -inside_degree[members], of_word[members]))]
    codes = translations.language_groups.codes
    languages = [codes[number] for number in (numbers[members] // BLOCK).tolist()]
    belonging = np.round(inside_degree[members] / degree[members], 4).tolist()
    # ``Member`` itself would call a function of Python for each word.
    every = list(
        map(tuple.__new__, repeat(Member), zip(translations.words(numbers[members]), languages, belonging, strict=True))
    )
    licence = {mask: strictest(translations.licences_of(mask)) for mask in np.unique(masks[good]).tolist()}
    sizes = np.bincount(of_word[members], minlength=count)[good]
    return _most_cohesive_first(every, sizes, cohesion[good], [licence[mask] for mask in masks[good].tolist()])


def _most_cohesive_first(
    members: Sequence[Member], sizes: Numbers, cohesion: Weights, licences: Sequence[str]
) -> list[Community]:
    """Communities of ``members`` in their order, of these ``sizes``: the most cohesive and largest first."""
    ends = np.cumsum(sizes)
    starts = ends - sizes
    keys = [member.key for member in map(members.__getitem__, starts.tolist())]
    by_key = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    order = by_key[np.lexsort((-sizes[by_key], -cohesion[by_key]))]  # keeps the order of keys among equals
    bounds = zip(starts[order].tolist(), ends[order].tolist(), strict=True)
    words = [tuple(members[start:end]) for start, end in bounds]
    return list(map(Community, words, cohesion[order].tolist(), map(licences.__getitem__, order.tolist())))


def _possible(of_word: Numbers, language: Numbers, count: int) -> Numbers:
    """How many pairs of words of different languages each community has."""
    member = of_word >= 0
    size = np.bincount(of_word[member], minlength=count)
    keys, same = np.unique_counts(of_word[member] << 16 | language[member])
    alike = np.bincount(keys >> 16, same * same, minlength=count).astype(np.int64)
    return (size * size - alike) // 2


def _by_language(members: Sequence[Member]) -> dict[str, list[str]]:
    words: dict[str, list[str]] = {}
    for member in members:
        words.setdefault(member.language, []).append(member.word)
    return words


def _forget(graph: Graph, licence: str) -> None:
    """Delete the communities of an earlier run."""
    old = "SELECT id FROM concept WHERE source IN (SELECT id FROM source WHERE name = ? AND licence = ?)"
    for table, column in (("concept_member", "concept"), ("concept", "id")):
        graph.store.run(f"DELETE FROM {table} WHERE {column} IN ({old})", (NAME, licence))


def _measure(graph: Graph, licence: str, added: dict[str, Community]) -> None:
    """Store cohesion and belonging of the communities that were just added."""
    of_source = "SELECT c.key, c.id FROM concept c JOIN source s ON s.id = c.source WHERE s.name = ? AND s.licence = ?"
    concepts: dict[str, int] = dict(graph.store.rows(of_source, (NAME, licence)))
    ids = {number: key for key, number in concepts.items()}
    for key, community in added.items():
        graph.store.run("UPDATE concept SET cohesion = ? WHERE id = ?", (community.cohesion, concepts[key]))
    belonging = {
        (key, member.language, member.word): member.belonging
        for key, community in added.items()
        for member in community.members
    }
    rows = graph.store.rows(
        "SELECT m.concept, m.entry, l.code, e.lemma FROM concept_member m JOIN entry e ON e.id = m.entry "
        "JOIN language l ON l.id = e.language JOIN concept c ON c.id = m.concept JOIN source s ON s.id = c.source "
        "WHERE s.name = ? AND s.licence = ?",
        (NAME, licence),
    )
    for concept, entry, code, word in rows:
        weight = belonging[ids[concept], code, word]
        graph.store.run(
            "UPDATE concept_member SET weight = ? WHERE concept = ? AND entry = ?", (weight, concept, entry)
        )
