"""The best paths from one word to another through translations and synonyms (best-first search).

The score of a path ranks it and is no probability: the product of its edges, discounted at each word in between by
``PIVOT_TRUST`` and by its ambiguity, ``√(a · b)`` for ``a`` translations into the language before it and ``b`` into the
language after it. A path goes on from another spelling of a word, too, at the weight of that (``variants``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, pairwise
from math import sqrt

from isogloss.kg.query.claims import Claims
from isogloss.kg.query.neighborhoods import Terms, fused
from isogloss.kg.query.translation import named
from isogloss.kg.query.variants import variants
from isogloss.kg.results import SPELLING, Path, Step, Word
from isogloss.kg.storage.judgements import rejected_of
from isogloss.kg.storage.schema import BLOCK, CONCEPT_EDGE, RELATION_CODE, SYNONYM, TRANSLATION
from isogloss.kg.storage.store import Store

PIVOT_TRUST = 0.9  # factor of a path for each word in between; chosen by hand, not tuned by a script
MAX_EXPANDED = 5_000  # words after which the search ends with the paths it has; round number
MAX_EDGES = 256  # strongest edges of a word that are followed; round number

_EDGES = (
    f"SELECT dst, source, weight FROM edge WHERE src = ? AND relation IN ({TRANSLATION}, {SYNONYM}) "
    "ORDER BY weight DESC LIMIT 4096"
)
_CONCEPT_EDGES = f"SELECT dst, source, weight FROM {CONCEPT_EDGE} WHERE src = ? LIMIT 4096"


@dataclass(frozen=True)
class Successors:
    """What is one step from a word: the weight of each, and how many there are in each language."""

    words: dict[int, float]
    counts: Mapping[int, int]
    spelled: dict[int, float]  # other spellings of the word


def paths(
    claims: Claims, starts: Collection[int], ends: Collection[int], codes: Mapping[int, str], *, k: int, max_steps: int
) -> list[Path]:
    """The ``k`` best paths of at most ``max_steps`` edges from some entries to others, none through a word twice."""
    routes = _search(claims.store, set(starts), set(ends), claims.terms, k, max_steps)
    words = named(claims.store, {word for _, route in routes for word in route}, codes)
    return [_explained(score, route, words, claims) for score, route in routes]


def _search(
    store: Store, starts: set[int], ends: set[int], terms: Terms, k: int, max_steps: int
) -> list[tuple[float, tuple[int, ...]]]:
    """Best first: what is taken from the queue next is the best that is left, for no step makes a path better."""
    order = count()
    queue: list[tuple[float, int, tuple[int, ...]]] = [(-1.0, next(order), (start,)) for start in sorted(starts)]
    expanded: dict[int, Successors] = {}
    visits: dict[int, int] = {}
    best: list[tuple[float, tuple[int, ...]]] = []
    while queue and len(best) < k and len(expanded) < MAX_EXPANDED:
        score, _, route = heappop(queue)
        word = route[-1]
        if word in ends and len(route) > 1:
            best.append((-score, route))
            continue
        visits[word] = visits.get(word, 0) + 1
        if visits[word] > k or len(route) > max_steps:
            continue
        successors = expanded[word] if word in expanded else expanded.setdefault(word, _near(store, word, terms))
        last = len(route) == max_steps
        spelled = {} if _is_spelling(expanded, route) else successors.spelled
        for neighbor, weight in (spelled | successors.words).items():
            if neighbor not in route and weight > 0 and (neighbor in ends or not last):
                between = len(route) > 1 and neighbor in successors.words
                path_score = -score * weight * (_discount(successors, route[-2], neighbor) if between else 1.0)
                heappush(queue, (-path_score, next(order), (*route, neighbor)))
    return best


def _is_spelling(expanded: Mapping[int, Successors], route: tuple[int, ...]) -> bool:
    """Whether a route ends in another spelling of the word before; it is one of all other spellings, too."""
    before = expanded[route[-2]] if len(route) > 1 else Successors({}, {}, {})
    return route[-1] in before.spelled and route[-1] not in before.words


def _discount(successors: Successors, before: int, after: int) -> float:
    ambiguity = successors.counts.get(before // BLOCK, 1) * successors.counts[after // BLOCK]
    return PIVOT_TRUST / sqrt(ambiguity)


def _near(store: Store, word: int, terms: Terms) -> Successors:
    rows = store.rows(_EDGES, (word,))
    if terms.concepts:
        rows += store.rows(_CONCEPT_EDGES, (word,))
    rejected = {neighbor for _, neighbor in rejected_of(store, [word], terms.records)}
    claims_of: dict[int, list[tuple[str, float]]] = {}
    for neighbor, source, weight in rows:
        if neighbor not in rejected and terms.may_use(source, weight):
            origin = terms.sources[source]
            claims_of.setdefault(neighbor, []).append((origin.name, weight * origin.quality))
    counts: dict[int, int] = {}
    for neighbor in claims_of:
        counts[neighbor // BLOCK] = counts.get(neighbor // BLOCK, 0) + 1
    weights = {neighbor: fused(claims) for neighbor, claims in claims_of.items()}
    strongest = sorted(weights, key=lambda neighbor: (-weights[neighbor], neighbor))[:MAX_EDGES]
    spelled = {neighbor: weight for _, neighbor, weight in variants(store, [word])}
    return Successors({neighbor: weights[neighbor] for neighbor in strongest}, counts, spelled)


def _explained(score: float, route: tuple[int, ...], words: Mapping[int, Word], claims: Claims) -> Path:
    steps = []
    for start, end in pairwise(route):
        relation = SYNONYM if start // BLOCK == end // BLOCK else TRANSLATION
        stated = claims.between(start, [end], relation).get(end, ())
        if not stated:
            steps.append(Step(words[start], SPELLING, words[end], 1.0, ()))
            continue
        weight = fused((claim.source.name, claim.strength) for claim in stated)
        steps.append(Step(words[start], RELATION_CODE[relation], words[end], weight, stated))
    return Path(tuple(steps), score)
