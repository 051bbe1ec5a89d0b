"""Seed dictionaries out of a graph: what people say of two languages, and what they reject."""

from __future__ import annotations

from dataclasses import dataclass

from isogloss.data.addresses import masked
from isogloss.data.dictionary import Dictionary, Origin, Pair
from isogloss.data.errors import VocabularyError
from isogloss.data.language import language_code
from isogloss.kg.graph import Graph
from isogloss.kg.query.listing import translation_claims
from isogloss.kg.query.neighborhoods import fused
from isogloss.kg.storage.fusion import STATED

LEAST = 0.5  # probability of a pair that only dictionaries state, as far as they are trusted; round number


@dataclass(frozen=True)
class GraphSeeds:
    """Pairs to start from, those that users accept first, and pairs that they reject."""

    pairs: Dictionary
    rejected: Dictionary


def graph_seeds(graph: Graph, source: str, target: str) -> GraphSeeds:
    """The pairs of two languages that users accept, then those that dictionaries state, the most probable first.

    What was induced or inferred is left out: a lexicon does not learn from its own guesses.

    Raises:
        VocabularyError: The graph lacks a language, or nobody states a translation.
    """
    catalogue, name = graph.catalogue, masked(str(graph.path))
    terms = catalogue.terms(None, STATED)
    with graph.snapshot():
        ends = graph.language_number(source), graph.language_number(target)
        claims: dict[tuple[str, str], list[tuple[int, float]]] = {}
        for word, translation, number, weight in translation_claims(graph.store, *ends, concepts=terms.concepts):
            if terms.may_use(number, weight):
                claims.setdefault((word, translation), []).append((number, weight))
    accepted, stated, rejected = list[Pair](), list[Pair](), list[Pair]()
    for pair, pair_claims in claims.items():
        verdict = catalogue.records.verdict(pair_claims)
        of_dictionaries = [claim for claim in pair_claims if claim[0] not in catalogue.records.judges]
        sure = fused(
            (catalogue.sources[number].name, weight * catalogue.sources[number].quality)
            for number, weight in of_dictionaries
        )
        if verdict > 0:
            accepted.append(Pair(*pair))
        elif verdict < 0:
            rejected.append(Pair(*pair))
        elif sure >= LEAST:
            stated.append(Pair(*pair, sure))
    if not accepted and not stated:
        raise VocabularyError(
            f"{name} has no {source}-{target} translation that a dictionary states or a user accepts; "
            "add some with `isogloss kg add` or `isogloss serve --edit`, or import a dictionary"
        )
    codes, origin = (language_code(source), language_code(target)), Origin(name, kind="user")
    best = [*sorted(accepted), *sorted(stated, key=lambda pair: (-pair.weight, pair))]
    return GraphSeeds(Dictionary(*codes, tuple(best), origin), Dictionary(*codes, tuple(sorted(rejected)), origin))
