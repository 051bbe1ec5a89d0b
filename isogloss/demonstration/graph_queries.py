"""The second use: one graph of all words, which answers with paths, sources and licences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from isogloss.data.errors import VocabularyError
from isogloss.data.sample import sample_concepts, sample_vectors
from isogloss.data.translation import Translation
from isogloss.demonstration.lexicons import seeds_and_test
from isogloss.kg.graph import Graph, open_graph
from isogloss.kg.results import Stats

PIVOT = ("fr", "fi", "en")  # two languages that no lexicon joins, and the one between


class Query(NamedTuple):
    """A word to translate; ``point`` says what the answer shows."""

    word: str
    source: str
    target: str
    point: str
    via: str | None = None


QUERIES = (
    Query("war", "en", "fr", "said by the lexicon just built"),
    Query("vie", "fr", "fi", "no lexicon joins French and Finnish: through English", "en"),
    Query("犬", "ja", "sw", "no vectors of Swahili: through what CLDR names in both"),
)
# tried instead where the lexicons of a run have no answer
FALLBACKS = {"fr": ("guerre", "roi", "histoire", "musique", "ville"), "ja": ("猫", "水", "家")}


@dataclass(frozen=True, eq=False)
class QueryResult:
    """A query and its best translations."""

    query: Query
    translations: tuple[Translation, ...]

    def as_json(self) -> dict[str, Any]:
        """The answers with every path."""
        return {
            **self.query._asdict(),
            "answers": [
                {
                    "word": translation.word,
                    "score": translation.score,
                    "licence": translation.licence,
                    "direct": translation.direct,
                    "paths": [
                        {
                            "words": [[word.language, word.word] for word in path.words],
                            "sources": [[claim.source.name for claim in step.claims] for step in path.steps],
                            "score": path.score,
                            "licence": path.licence,
                        }
                        for path in translation.evidence
                    ],
                }
                for translation in self.translations
            ],
        }


@dataclass(frozen=True)
class PivotScore:
    """Precision at 1 of translation through a pivot, between languages that no lexicon joins."""

    source: str
    target: str
    via: str
    words: int
    answered: int
    right: int

    @property
    def precision(self) -> float:
        """P@1; a word without an answer counts as wrong."""
        return self.right / self.words if self.words else float("nan")


@dataclass(frozen=True, eq=False)
class QueriedGraph:
    """The size of the graph, the results of the queries, and the precision of its pivots."""

    stats: Stats
    induced: int
    results: tuple[QueryResult, ...]
    pivot: PivotScore

    def as_json(self) -> dict[str, Any]:
        """All figures and answers."""
        return {
            "languages": len(self.stats.languages),
            "words": self.stats.entries,
            "concepts": self.stats.concepts,
            "translations": self.stats.edges,
            "induced": self.induced,
            "pivot": {**vars(self.pivot), "precision_at_1": round(self.pivot.precision, 6)},
            "questions": [result.as_json() for result in self.results],
        }


def query_graph(path: Path, held_out: Collection[str]) -> QueriedGraph:
    """Query the graph of CLDR's names and the lexicons."""
    with open_graph(path) as graph:
        stats = graph.stats()
        results = tuple(_result(graph, query) for query in QUERIES)
        induced = sum(source.edges for source in stats.sources if source.kind == "induced")
        return QueriedGraph(stats, induced, results, pivot_score(graph, held_out))


def _result(graph: Graph, query: Query) -> QueryResult:
    """The translations of the query's word, or of the first of its fallbacks that has any."""
    for word in (query.word, *FALLBACKS.get(query.source, ())):
        tried = query._replace(word=word)
        if translations := _translations(graph, tried):
            return QueryResult(tried, translations)
    return QueryResult(query, ())


def _translations(graph: Graph, query: Query) -> tuple[Translation, ...]:
    """The best two; none where no lexicon has the word, as may be with other words held out."""
    try:
        return tuple(graph.translate(query.word, query.source, query.target, via=query.via, k=2))
    except VocabularyError:
        return ()


def pivot_score(graph: Graph, held_out: Collection[str]) -> PivotScore:
    """Evaluate the lexicons alone on CLDR's words that none of them had among its seeds."""
    source, target, via = PIVOT
    gold = unseen(source, target, via, held_out)
    # CLDR's own licence is none of them: it must not answer
    licences = {origin.licence for origin in graph.sources() if origin.kind == "induced"}
    predicted = {
        word: translations[0].word
        for word in gold
        if (translations := graph.translate(word, source, target, via=via, k=1, licences=licences))
    }
    right = sum(predicted[word] in gold[word] for word in predicted)
    return PivotScore(source, target, via, len(gold), len(predicted), right)


def unseen(source: str, target: str, via: str, held_out: Collection[str]) -> dict[str, set[str]]:
    """CLDR's translations of words that no lexicon had among its seeds, where both ends have vectors."""
    seen = {pair.target for pair in seeds_and_test(via, source, held_out)[0]}
    sources, targets = sample_vectors(source), sample_vectors(target)
    gold: dict[str, set[str]] = {}
    for names in sample_concepts().values():
        if {source, target, via} <= names.keys() and names[via].lower() in held_out:
            word, answer = names[source].lower(), names[target].lower()
            if word in sources and answer in targets and word not in seen:
                gold.setdefault(word, set()).add(answer)
    return gold
