"""The part of a graph round a word, for networkx."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from isogloss.kg.query.neighborhoods import Terms, fused
from isogloss.kg.query.translation import named
from isogloss.kg.results import Word
from isogloss.kg.storage.judgements import rejected_of
from isogloss.kg.storage.schema import CONCEPT_EDGE, INVERSE, RELATION_CODE, SAME_CONCEPT
from isogloss.kg.storage.store import Store

if TYPE_CHECKING:
    import networkx

Ends = tuple[int, int, int]  # from, relation, to

_FORWARD = {number for number, inverse in INVERSE.items() if number <= inverse}
_SYMMETRIC = {number for number, inverse in INVERSE.items() if number == inverse}
_MAX_EDGES = 64  # strongest edges of a word that are followed; round number

_EDGES = "SELECT relation, dst, source, weight FROM edge WHERE src = ? ORDER BY weight DESC, dst LIMIT ?"
_CONCEPT_EDGES = f"SELECT {SAME_CONCEPT}, dst, source, weight FROM {CONCEPT_EDGE} WHERE src = ? LIMIT ?"


class Reached(NamedTuple):
    """Words by entry number, and the claims of each edge between them, as source number and weight."""

    words: Mapping[int, Word]
    edges: Mapping[Ends, Sequence[tuple[int, float]]]


def reach(
    store: Store, words: Sequence[Word], codes: Mapping[int, str], terms: Terms, *, hops: int, limit: int
) -> Reached:
    """Everything within ``hops`` edges of ``words``, breadth first, until there are ``limit`` words."""
    reached = dict.fromkeys(word.id for word in words)
    edges: dict[Ends, dict[tuple[int, float], None]] = {}
    frontier = list(reached)
    for _ in range(hops):
        if not frontier:
            break
        beyond: list[int] = []
        for start in frontier:
            for relation, neighbor, source, weight in _around(store, start, terms):
                if neighbor not in reached:
                    if len(reached) >= limit:
                        continue
                    reached[neighbor] = None
                    beyond.append(neighbor)
                ends = (start, relation, neighbor) if relation in _FORWARD else (neighbor, INVERSE[relation], start)
                if relation in _SYMMETRIC and start > neighbor:
                    ends = neighbor, relation, start
                edges.setdefault(ends, {})[source, weight] = None
        frontier = beyond
    return Reached(named(store, list(reached), codes), {ends: list(claims) for ends, claims in sorted(edges.items())})


def surroundings(reached: Reached, terms: Terms) -> networkx.Graph:
    """What was reached, for networkx; of several relations between two words, the surest."""
    import networkx

    graph = networkx.Graph()
    for word in reached.words.values():
        graph.add_node(_name(word), word=word.word, language=word.language)
    for (src, relation, dst), claims in reached.edges.items():
        ends = _name(reached.words[src]), _name(reached.words[dst])
        by = [(terms.sources[source], weight) for source, weight in claims]
        weight = fused((origin.name, weight * origin.quality) for origin, weight in by)
        if not graph.has_edge(*ends) or graph.edges[ends]["weight"] < weight:
            sources = ", ".join(sorted({origin.name for origin, _ in by}))
            graph.add_edge(*ends, relation=RELATION_CODE[relation], weight=weight, sources=sources)
    return graph


def _around(store: Store, word: int, terms: Terms) -> list[tuple[int, int, int, float]]:
    rows = store.rows(_EDGES, (word, _MAX_EDGES))
    if terms.concepts:
        rows += store.rows(_CONCEPT_EDGES, (word, _MAX_EDGES))
    rejected = {neighbor for _, neighbor in rejected_of(store, [word], terms.records)}
    return [row for row in rows if terms.may_use(row[2], row[3]) and row[1] not in rejected]


def _name(word: Word) -> str:
    return f"{word.language}:{word.word}"
