"""Translating a word, directly and through one pivot word, with a score that says how sure it is.

- An edge: the noisy-or over its sources of weight times quality of the source.
- A path ``word → pivot → translation``: the product of its two edges, times ``PIVOT_TRUST``, divided by
  ``√(a · b)``, where the pivot has ``a`` translations into the language of the word and ``b`` into that of the
  translation. A pivot with many translations has many senses, and any two of them need not share one; the idea is
  that of One Time Inverse Consultation (Tanaka and Umemura, 1994). A clean pivot counts nearly as much as a direct
  edge of the same weight, never more.
- A translation: the noisy-or of its direct edge and all its paths. Three words of one concept say one thing, not
  three: a path whose pivot shares a concept with both ends is left out. An edge that was inferred stands for the
  paths that it was inferred from, which are not counted again.

The score is the same in both directions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from isogloss.data.translation import Translation, Translations
from isogloss.kg.query.claims import Claims
from isogloss.kg.query.neighbourhoods import Fan, Terms, concept_members, fans, fused, noisy_or
from isogloss.kg.results import Claim, Path, Step, Word
from isogloss.kg.storage.hubs import FANOUT
from isogloss.kg.storage.schema import BLOCK, RELATIONS, TRANSLATION
from isogloss.kg.storage.store import Row, Store

PIVOT_TRUST = 0.9  # factor of a path for its pivot; chosen by hand, not tuned by a script
PIVOTS = 128  # strongest translations of a word that are followed; round number

_NAMED = "SELECT lemma, pos, freq_rank, id FROM entry WHERE id IN ({keys})"
_CODE = {number: code for number, code, _, _ in RELATIONS}

Route = tuple[int, int | None]  # the word it starts from, the pivot or none


@dataclass
class Candidate:
    """A word that may be a translation, with the score of each route to it."""

    routes: dict[Route, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """The noisy-or of all routes, rounded so that the order of sums does not show."""
        worth = list(self.routes.values())
        return round(worth[0] if len(worth) == 1 else noisy_or(worth), 12)


@dataclass(frozen=True)
class Question:
    """Which languages, through which, and on what terms. Languages are numbers here."""

    source: int
    target: int
    direct: bool
    pivots: tuple[int, ...]  # languages to go through
    relation: int = TRANSLATION  # of a direct edge
    k: int = FANOUT  # how many answers are wanted


def candidates(store: Store, starts: Collection[int], question: Question, terms: Terms) -> dict[int, Candidate]:
    """Every word that some route reaches, by entry number."""
    by_word: dict[int, Candidate] = {}
    if question.direct:
        whole = question.k > FANOUT
        for start, fan in fans(store, starts, question.target, terms, question.relation, whole=whole).items():
            for target, weight in fan.weights.items():
                _candidate(by_word, target).routes[start, None] = weight
    if question.pivots:
        inferred = _inferred(store, starts, question, terms) if question.direct else set()
        for start in starts:
            _through_pivots(store, start, question, terms, by_word, inferred)
    return {target: candidate for target, candidate in by_word.items() if target not in starts}


def _inferred(store: Store, starts: Collection[int], question: Question, terms: Terms) -> set[tuple[int, int]]:
    """The direct edges that were inferred: their weight includes the evidence of the paths already."""
    sources = [number for number, origin in terms.sources.items() if origin.kind == "inferred"]
    first, last = question.target * BLOCK, (question.target + 1) * BLOCK - 1
    query = "SELECT src, dst FROM edge WHERE src = ? AND relation = ? AND dst BETWEEN ? AND ? AND source IN ({keys})"
    usable = [number for number in sources if terms.allowed is None or number in terms.allowed]
    parameters = ((start, question.relation, first, last) for start in starts)
    return {pair for values in parameters for pair in store.in_chunks(query, usable, values)}


def _through_pivots(
    store: Store,
    start: int,
    question: Question,
    terms: Terms,
    by_word: dict[int, Candidate],
    inferred: Collection[tuple[int, int]] = (),
) -> None:
    near = _pivots(store, start, question.pivots, terms)
    forward = fans(store, near, question.target, terms)
    backward = fans(store, forward, question.source, terms)
    shared = concept_members(store, start, terms) if terms.concepts else []
    for pivot, fan in forward.items():
        same_concept = set().union(*(members for members in shared if pivot in members))
        for target, score in _beyond(near[pivot], fan, backward[pivot].count).items():
            if target not in same_concept and (start, target) not in inferred:
                _candidate(by_word, target).routes[start, pivot] = score


def _candidate(by_word: dict[int, Candidate], target: int) -> Candidate:
    candidate = by_word.get(target)
    if candidate is None:
        candidate = by_word[target] = Candidate()
    return candidate


def _pivots(store: Store, start: int, languages: Collection[int], terms: Terms) -> dict[int, float]:
    """The strongest translations of a word into the languages, with their weights."""
    near: dict[int, float] = {}
    for language in languages:
        fan = fans(store, [start], language, terms).get(start)
        if fan is not None:
            near.update(fan.weights)
    strongest = sorted(near, key=lambda word: (-near[word], word))[:PIVOTS]
    return {word: near[word] for word in strongest}


def _beyond(weight: float, fan: Fan, ambiguity: int) -> Mapping[int, float]:
    """The scores of a pivot's translations, where ``weight`` is that of the edge to the pivot."""
    discounted = PIVOT_TRUST * weight / sqrt(ambiguity * fan.count)
    return {target: discounted * strength for target, strength in fan.weights.items()}


def best(
    store: Store, by_word: Mapping[int, Candidate], k: int, min_score: float, languages: Mapping[int, str]
) -> list[tuple[Word, float]]:
    """The ``k`` surest candidates with their scores; equals in alphabetical order."""
    scores = {target: score for target, candidate in by_word.items() if (score := candidate.score) >= min_score}
    if not scores:
        return []
    bar = sorted(scores.values(), reverse=True)[:k][-1]
    finalists = store.in_chunks(_NAMED, sorted(target for target, score in scores.items() if score >= bar))
    ranked = sorted((-scores[row[3]], row[0], row[3], row) for row in finalists)
    return [(_word(row, languages), -score) for score, _, _, row in ranked[:k]]


def explained(
    query: str,
    starts: Sequence[Word],
    chosen: Sequence[tuple[Word, float]],
    by_word: Mapping[int, Candidate],
    question: Question,
    claims: Claims,
    languages: Mapping[int, str],
) -> Translations:
    """The chosen candidates with all their paths from ``starts``, the strongest first."""
    pivots: dict[int, set[int]] = {}
    targets: dict[int, set[int]] = {}
    for word, _ in chosen:
        for start, pivot in by_word[word.id].routes:
            near, end = (targets, word.id) if pivot is None else (pivots, pivot)
            near.setdefault(start, set()).add(end)
    direct = {start: claims.between(start, ends, question.relation) for start, ends in targets.items()}
    to_pivot = {start: claims.between(start, ends) for start, ends in pivots.items()}
    words = {word.id: word for word in (*starts, *(word for word, _ in chosen))}
    words |= named(claims.store, set().union(*pivots.values()).difference(words), languages)
    relation = _CODE[question.relation]
    answers = Translations(query)
    for rank, (word, score) in enumerate(chosen, 1):
        target, routes = word.id, by_word[word.id].routes
        via = {pivot for _, pivot in routes if pivot is not None}
        to_target = claims.between(target, via) if via else {}
        paths = []
        for (start, pivot), worth in routes.items():
            if pivot is None:
                steps = [_step(words[start], relation, words[target], direct[start][target])]
            else:
                steps = [
                    _step(words[start], "translation", words[pivot], to_pivot[start][pivot]),
                    _step(words[pivot], "translation", words[target], to_target[pivot]),
                ]
            paths.append(Path(tuple(steps), worth))
        if len(paths) > 1:
            paths.sort(key=_strongest)
        answers.append(Translation(query, word.word, word.language, rank, score, evidence=tuple(paths)))
    return answers


def named(store: Store, numbers: Collection[int], languages: Mapping[int, str]) -> dict[int, Word]:
    """The words of entry numbers."""
    return {row[3]: _word(row, languages) for row in store.in_chunks(_NAMED, numbers)}


def _word(row: Row, languages: Mapping[int, str]) -> Word:
    lemma, pos, rank, number = row
    return Word(lemma, languages[number // BLOCK], pos, rank, number)


def _step(start: Word, relation: str, end: Word, claims: tuple[Claim, ...]) -> Step:
    one, *more = claims
    weight = fused((claim.source.name, claim.strength) for claim in claims) if more else one.strength
    return Step(start, relation, end, weight, claims)


def _strongest(path: Path) -> tuple[float, int, list[str]]:
    return -path.score, len(path.steps), [word.word for word in path.words]
