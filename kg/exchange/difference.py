"""What differs between two graphs, and putting one into another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from isogloss.data.progress import Progress, silent
from isogloss.kg.exchange import jsonl
from isogloss.kg.exchange.selection import Selected, Selection
from isogloss.kg.graph import Graph
from isogloss.kg.query.listing import translation_claims
from isogloss.kg.query.neighborhoods import fused
from isogloss.kg.storage.fusion import SourceRecords
from isogloss.kg.storage.loading import Added

_CLOSE = 1e-9  # weights that differ by less count as equal; round number


@dataclass(frozen=True)
class Words:
    """The words of a language that only one of two graphs has."""

    language: str
    gained: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A translation whose weight is another now; ``None`` where the graph has no such pair."""

    source: str
    target: str
    old: float | None
    new: float | None

    @property
    def kind(self) -> str:
        """``gained``, ``lost`` or ``changed``."""
        return "gained" if self.old is None else "lost" if self.new is None else "changed"


@dataclass(frozen=True)
class Pairs:
    """The translations between two languages that are not the same in two graphs, in alphabetical order."""

    source: str
    target: str
    changes: tuple[Change, ...]

    def count(self, kind: str) -> int:
        """How many were ``gained``, ``lost`` or ``changed``."""
        return sum(change.kind == kind for change in self.changes)


def different_words(old: Graph, new: Graph) -> Iterator[Words]:
    """The words gained and lost, for each language where there are any."""
    for language in sorted({*old.languages(), *new.languages()}):
        before, after = (_words(graph, language) for graph in (old, new))
        if before != after:
            yield Words(language, tuple(sorted(after - before)), tuple(sorted(before - after)))


def different_pairs(old: Graph, new: Graph) -> Iterator[Pairs]:
    """The translations gained, lost and changed, for every two languages where there are any, one at a time.

    A weight is that of all sources of a pair together, each as far as it can be trusted.
    """
    linked = {(source, target) for graph in (old, new) for source, target, _ in graph.pairs()}
    for source, target in sorted(linked):
        before, after = (_weights(graph, source, target) for graph in (old, new))
        changes = tuple(
            Change(*pair, before.get(pair), after.get(pair))
            for pair in sorted(before.keys() | after.keys())
            if not (pair in before and pair in after and abs(before[pair] - after[pair]) <= _CLOSE)
        )
        if changes:
            yield Pairs(source, target, changes)


def merge(graph: Graph, other: Graph, *, progress: Progress = silent) -> Added:
    """Add everything that ``other`` holds but vectors to ``graph``, which is open for writing.

    Sources that are equal in all their terms become one; pairs that both have keep the higher weight.
    """
    reader = jsonl.Reader(Path(other.path), graph)
    with other.snapshot():
        for line in progress(jsonl.lines(Selected(other, Selection())), "Merging", None):
            reader.accept(line)
    reader.flush()
    return Added(reader.taken, reader.dropped)


def _words(graph: Graph, language: str) -> set[str]:
    if language not in graph.languages():
        return set()
    number = graph.language_number(language)
    return {row[0] for row in graph.store.rows("SELECT lemma FROM entry WHERE language = ?", (number,))}


def _weights(graph: Graph, source_language: str, target_language: str) -> dict[tuple[str, str], float]:
    if not {source_language, target_language} <= set(graph.languages()):
        return {}
    rows = graph.store.rows("SELECT id, name, quality FROM source")
    sources = {number: (name, quality) for number, name, quality in rows}
    records = SourceRecords.of(graph.store)
    claims: dict[tuple[str, str], list[tuple[int, float]]] = {}
    for word, translation, source, weight in translation_claims(
        graph.store, *map(graph.language_number, (source_language, target_language))
    ):
        claims.setdefault((word, translation), []).append((source, weight))
    return {
        pair: fused((sources[source][0], weight * sources[source][1]) for source, weight in of_pair)
        for pair, of_pair in claims.items()
        if records.verdict(of_pair) >= 0
    }
